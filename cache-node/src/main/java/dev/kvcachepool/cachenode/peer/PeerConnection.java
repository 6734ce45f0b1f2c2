package dev.kvcachepool.cachenode.peer;

import dev.kvcachepool.commandline.secret.NodeLogin;
import dev.kvcachepool.commandline.tls.Tls;
import dev.kvcachepool.commandline.tls.TlsChannel;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a peer, speaking RESP2. Owned by whoever borrowed it, who also frees it; {@link #isLate} and
 * {@link #close} are for anyone. Bytes of values go between sockets and memory outside the heap.
 */
final class PeerConnection implements AutoCloseable {
    static final int CHUNK_BYTES = 128 << 10;
    private static final int REQUEST_BYTES = 8 << 10;
    private static final int MAX_LINE = 1024;
    private static final byte[] CRLF = {'\r', '\n'};

    private final ScatteringByteChannel from;
    private final GatheringByteChannel to;
    private final Deadlines deadlines;
    private final Arena memory = Arena.ofShared();
    private final ByteBuffer request = memory.allocate(REQUEST_BYTES).asByteBuffer();
    private final ByteBuffer reply = memory.allocate(CHUNK_BYTES).asByteBuffer().limit(0);
    private final ByteBuffer[] both = new ByteBuffer[2];
    private @Nullable ByteBuffer chunk;
    private @Nullable Greeting greeting;
    private long usedAtNanos = System.nanoTime();
    private long patienceNanos;
    private volatile long endNanos;
    private volatile long waitingSince;
    private volatile boolean closed;

    /** Over a channel in blocking mode, which it closes. */
    <C extends ScatteringByteChannel & GatheringByteChannel> PeerConnection(C channel, Deadlines deadlines) {
        this.from = channel;
        this.to = channel;
        this.deadlines = deadlines;
        deadlines.watch(this);
    }

    /** How long the peer may let each read or write wait from now on. */
    void patience(Duration patience) {
        patienceNanos = patience.toNanos();
    }

    /** When all waiting must be over, by {@link System#nanoTime}; 0 for never. */
    void end(long nanos) {
        endNanos = nanos;
    }

    /** Whether there is an end to watch for more closely than for patience. */
    boolean hasEnd() {
        return endNanos != 0;
    }

    boolean hasGreeted(Greeting wanted) {
        return wanted.equals(greeting);
    }

    /** Says who asks, and as what, unless that has been said. */
    void greet(Greeting wanted) throws IOException {
        if (!hasGreeted(wanted)) {
            command(Greeting.COMMAND, wanted.words());
            flush();
            requireOk();
            greeting = wanted;
        }
    }

    /** Begins, where there is TLS; within the patience. */
    void shakeHands() throws IOException {
        if (from instanceof TlsChannel secure) {
            waitingSince = now();
            try {
                secure.handshake();
            } finally {
                waitingSince = 0;
            }
        }
    }

    /** Says who this node is, until the peer knows one of the passwords. */
    void logIn(NodeLogin login) throws IOException {
        var answer = "+";
        for (var words : login.attempts()) {
            command(
                    "AUTH",
                    words.stream()
                            .map(word -> word.getBytes(StandardCharsets.UTF_8))
                            .toList());
            flush();
            answer = line();
            if (!answer.startsWith("-WRONGPASS")) {
                break;
            }
        }
        if (!answer.startsWith("+")) {
            throw new PeerException("answered " + answer);
        }
    }

    boolean isLate(long now) {
        long since = waitingSince;
        long end = endNanos;
        return since != 0 && (now - since > patienceNanos || (end != 0 && now - end > 0));
    }

    long idleNanos() {
        return System.nanoTime() - usedAtNanos;
    }

    void used() {
        usedAtNanos = System.nanoTime();
    }

    /** Whether the peer has neither ended the connection nor said what nobody asked. */
    boolean isSilent() {
        reply.clear();
        int read = Tls.readNow(from, reply);
        reply.flip();
        return read == 0;
    }

    /** Writes the head of a command of {@code words} words. */
    void array(int words) throws IOException {
        put(("*" + words + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    void bulk(byte[] bytes) throws IOException {
        bulkHead(bytes.length);
        put(bytes);
        put(CRLF);
    }

    void bulk(String text) throws IOException {
        bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    void bulkHead(long length) throws IOException {
        put(("$" + length + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    void endOfBulk() throws IOException {
        put(CRLF);
    }

    void command(String name, byte[]... arguments) throws IOException {
        command(name, List.of(arguments));
    }

    void command(String name, List<byte[]> arguments) throws IOException {
        array(1 + arguments.size());
        bulk(name);
        for (var argument : arguments) {
            bulk(argument);
        }
    }

    private void put(byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            if (!request.hasRemaining()) {
                flush();
            }
            int some = Math.min(bytes.length - at, request.remaining());
            request.put(bytes, at, some);
            at += some;
        }
    }

    /** Sends what was put. */
    void flush() throws IOException {
        send(null);
    }

    /** Sends what was put, then what {@code content} holds. */
    void send(@Nullable ByteBuffer content) throws IOException {
        request.flip();
        both[0] = request;
        both[1] = content == null ? request : content;
        int count = content == null ? 1 : 2;
        waitingSince = now();
        try {
            while (request.hasRemaining() || (content != null && content.hasRemaining())) {
                to.write(both, 0, count);
                waitingSince = now();
            }
        } finally {
            waitingSince = 0;
        }
        request.clear();
    }

    /** Memory for a part of a value on its way out. */
    ByteBuffer chunk() {
        if (chunk == null) {
            chunk = memory.allocate(CHUNK_BYTES).asByteBuffer();
        }
        return chunk;
    }

    void requireOk() throws IOException {
        var line = line();
        if (!line.startsWith("+")) {
            throw new PeerException("answered " + line);
        }
    }

    String word() throws IOException {
        var line = line();
        if (!line.startsWith("+")) {
            throw new PeerException("answered " + line);
        }
        return line.substring(1);
    }

    long integer() throws IOException {
        return number(':');
    }

    /** The length of the bulk that follows, −1 for none. */
    long bulkLength() throws IOException {
        return number('$');
    }

    long arraySize() throws IOException {
        return number('*');
    }

    private long number(char type) throws IOException {
        var line = line();
        try {
            if (!line.isEmpty() && line.charAt(0) == type) {
                return Long.parseLong(line.substring(1));
            }
        } catch (NumberFormatException e) {
            throw new PeerException("answered " + line);
        }
        throw new PeerException("answered " + line);
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (byte b = next(); b != '\r'; b = next()) {
            if (line.length() >= MAX_LINE) {
                throw new PeerException("answered a line of more than " + MAX_LINE + " bytes");
            }
            line.append((char) (b & 0xff));
        }
        if (next() != '\n') {
            throw new PeerException("answered a broken line");
        }
        return line.toString();
    }

    byte[] bytes(int count) throws IOException {
        var bytes = new byte[count];
        for (int at = 0; at < count; at++) {
            bytes[at] = next();
        }
        return bytes;
    }

    void requireEndOfBulk() throws IOException {
        if (next() != '\r' || next() != '\n') {
            throw new PeerException("did not end a value");
        }
    }

    private byte next() throws IOException {
        if (!reply.hasRemaining()) {
            receive();
        }
        return reply.get();
    }

    /** Up to {@code most} bytes of a value, valid until the next call of anything here. */
    ByteBuffer part(long most) throws IOException {
        if (!reply.hasRemaining()) {
            receive();
        }
        int some = (int) Math.min(most, reply.remaining());
        var part = reply.slice(reply.position(), some);
        reply.position(reply.position() + some);
        return part;
    }

    /** Fills memory with the next bytes of a value. */
    void fill(ByteBuffer space) throws IOException {
        while (space.hasRemaining()) {
            fillSome(space);
        }
    }

    /** Reads at least one of the next bytes of a value, and as many as have come. */
    void fillSome(ByteBuffer space) throws IOException {
        if (!reply.hasRemaining()) {
            receive(space);
            return;
        }
        int some = Math.min(space.remaining(), reply.remaining());
        space.put(reply.slice(reply.position(), some));
        reply.position(reply.position() + some);
    }

    private void receive() throws IOException {
        reply.clear();
        try {
            receive(reply);
        } finally {
            reply.flip();
        }
    }

    private void receive(ByteBuffer into) throws IOException {
        waitingSince = now();
        int read;
        try {
            read = from.read(into);
        } finally {
            waitingSince = 0;
        }
        if (read < 0) {
            throw new EOFException("ended the connection");
        }
    }

    private static long now() {
        long now = System.nanoTime();
        return now == 0 ? 1 : now;
    }

    /** Closes it and gives its memory back; by its owner, once. */
    void free() {
        if (from instanceof TlsChannel secure) {
            secure.end();
        }
        close();
        memory.close();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        deadlines.forget(this);
        try {
            from.close();
        } catch (IOException e) {
            // Its file descriptor is gone either way.
        }
    }
}
