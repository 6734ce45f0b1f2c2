package dev.kvcachepool.commandline.tls;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS over a socket in blocking mode. Used by one thread, which calls {@link #handshake} first and {@link #end} last; {@link
 * #close} is for anyone and ends whatever waits.
 *
 * <p>What comes is decrypted to where the reader wants it, record after record, as long as there is room for a whole one. The
 * rest of a record that there was no room for waits in {@code plain}, so that no byte is out of order. What goes out is
 * encrypted from where it lies, some records at a time.
 *
 * <p>Between the calls of its user nothing is lent but what is needed to go on: {@code come} while a part of a record is
 * there, {@code plain} while it has something.
 */
public final class TlsChannel implements ScatteringByteChannel, GatheringByteChannel {
    private static final int HANDSHAKE_RECORD = 0x16;
    private static final int ALERT_RECORD = 0x15;
    private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

    private final SocketChannel socket;
    private final SSLEngine engine;
    private final RecordBuffers buffers;
    private final NodeNames nodes;
    private final @Nullable String wanted;
    private final ByteBuffer[] one = new ByteBuffer[1];
    private final Come come;

    private @Nullable ByteBuffer plain;
    private Set<String> names = Set.of();
    /** Whether the other side's first byte was one of TLS. */
    private boolean begun;
    /** Whether the engine has something to say that could not be said at once. */
    private boolean owing;

    TlsChannel(
            SocketChannel socket, SSLEngine engine, RecordBuffers buffers, NodeNames nodes, @Nullable String wanted) {
        this.socket = socket;
        this.engine = engine;
        this.buffers = buffers;
        this.come = new Come(socket, buffers);
        this.nodes = nodes;
        this.wanted = wanted;
    }

    /**
     * Agrees on keys, and finds out who is on the other side; takes as long as the other side does, or until the channel is closed.
     *
     * @throws PlainTextException where the other side speaks something else
     * @throws SSLException where the sides refuse one another, or the node that was dialled is another
     */
    public void handshake() throws IOException {
        try {
            engine.beginHandshake();
            while (shake(engine.getHandshakeStatus())) {
                // Step by step.
            }
            come.settle();
            names = NodeNames.of(engine.getSession());
            if (wanted != null && !isNode(wanted)) {
                throw nodes.refusal(wanted);
            }
        } catch (SSLException e) {
            sayGoodbye();
            throw e;
        }
    }

    /** False at the end. */
    private boolean shake(HandshakeStatus status) throws IOException {
        switch (status) {
            case NEED_TASK -> runTasks();
            case NEED_WRAP -> sendOwn();
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                switch (unwrap(NOTHING, 0, 1).getStatus()) {
                    case OK -> {}
                    case BUFFER_UNDERFLOW -> {
                        if (come.receive(false) <= 0) {
                            throw new EOFException("it ended the connection within the handshake");
                        }
                    }
                    case BUFFER_OVERFLOW, CLOSED -> throw new SSLException("it did not end the handshake");
                }
            }
            case FINISHED, NOT_HANDSHAKING -> {
                return false;
            }
        }
        return true;
    }

    /** The other side's address, for people. */
    public String remote() {
        var address = socket.socket().getInetAddress();
        return address == null ? "an address that is gone" : address.getHostAddress();
    }

    RecordBuffers buffers() {
        return buffers;
    }

    /** Whether the other side has shown a certificate of the node {@code id}. */
    public boolean isNode(String id) {
        return nodes.allow(names, id);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        one[0] = into;
        return Math.toIntExact(read(one, 0, 1));
    }

    @Override
    public long read(ByteBuffer[] into) throws IOException {
        return read(into, 0, into.length);
    }

    /** At least a byte, and what else has come, as far as there is room; −1 at the end. */
    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        payOwing();
        long room = RecordBuffers.remaining(into, offset, length);
        if (room == 0) {
            return 0;
        }
        long read = take(into, offset, length);
        while (read == 0) {
            read = come.receive(room > RecordBuffers.ONE) <= 0 ? -1 : take(into, offset, length);
        }
        come.settle();
        return read;
    }

    /** As {@link #read(ByteBuffer)}, but 0 as soon as a part of a record is there, without waiting for the rest. */
    public int readOrBegin(ByteBuffer into) throws IOException {
        payOwing();
        one[0] = into;
        long read = take(one, 0, 1);
        while (read == 0 && !come.bytes().hasRemaining()) {
            read = come.receive(false) <= 0 ? -1 : take(one, 0, 1);
        }
        come.settle();
        return Math.toIntExact(read);
    }

    /** As {@link Tls#readNow}. */
    int readNow(ByteBuffer into) throws IOException {
        one[0] = into;
        long read = take(one, 0, 1);
        while (read == 0 && !owing) {
            int some = receiveNow();
            if (some <= 0) {
                return some;
            }
            read = take(one, 0, 1);
        }
        come.settle();
        return Math.toIntExact(read);
    }

    private int receiveNow() throws IOException {
        socket.configureBlocking(false);
        try {
            return come.receive(false);
        } finally {
            socket.configureBlocking(true);
        }
    }

    /** Decrypts what has come; 0 where another record must come first, −1 after the last. */
    private long take(ByteBuffer[] into, int offset, int length) throws IOException {
        long taken = takePlain(into, offset, length);
        while (!owing && come.bytes().hasRemaining() && RecordBuffers.remaining(into, offset, length) > 0) {
            var result = unwrap(into, offset, length);
            taken += result.bytesProduced();
            switch (result.getStatus()) {
                case OK -> afterwards();
                case CLOSED -> {
                    return taken > 0 ? taken : -1;
                }
                case BUFFER_UNDERFLOW -> {
                    return taken;
                }
                case BUFFER_OVERFLOW -> {
                    if (taken > 0 || !setAside()) {
                        return taken;
                    }
                    taken = takePlain(into, offset, length);
                }
            }
        }
        return taken;
    }

    /** Decrypts a record that the reader has no room for; false where it has not come as a whole, which is seen only now. */
    private boolean setAside() throws IOException {
        var aside = buffers.borrow();
        boolean whole = false;
        try {
            whole = engine.unwrap(come.bytes(), aside).getStatus() != Status.BUFFER_UNDERFLOW;
        } finally {
            if (whole) {
                plain = aside.flip();
            } else {
                buffers.giveBack(aside);
            }
        }
        if (whole) {
            afterwards();
        }
        return whole;
    }

    private long takePlain(ByteBuffer[] into, int offset, int length) {
        var from = plain;
        if (from == null) {
            return 0;
        }
        long taken = 0;
        for (int i = offset; i < offset + length; i++) {
            int some = Math.min(from.remaining(), into[i].remaining());
            into[i].put(from.slice(from.position(), some));
            from.position(from.position() + some);
            taken += some;
        }
        if (!from.hasRemaining()) {
            plain = null;
            buffers.giveBack(from);
        }
        return taken;
    }

    private SSLEngineResult unwrap(ByteBuffer[] into, int offset, int length) throws IOException {
        if (!begun && come.bytes().hasRemaining()) {
            int first = come.bytes().get(come.bytes().position());
            if (first != HANDSHAKE_RECORD && (first != ALERT_RECORD || !engine.getUseClientMode())) {
                throw new PlainTextException();
            }
            begun = true;
        }
        return engine.unwrap(come.bytes(), into, offset, length);
    }

    /** After a record: whether it asks for an answer, as new keys and goodbyes do. In TLS 1.2 nobody may begin anew. */
    private void afterwards() throws IOException {
        var status = engine.getHandshakeStatus();
        if (status == HandshakeStatus.NOT_HANDSHAKING || status == HandshakeStatus.FINISHED) {
            return;
        }
        if (engine.getSession().getProtocol().equals("TLSv1.2") && !engine.isInboundDone()) {
            throw new SSLException("it wants another handshake");
        }
        runTasks();
        owing = engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
        if (owing && socket.isBlocking()) {
            payOwing();
        }
    }

    private void payOwing() throws IOException {
        if (owing) {
            owing = false;
            sendOwn();
        }
    }

    private void runTasks() {
        for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        one[0] = from;
        return Math.toIntExact(write(one, 0, 1));
    }

    @Override
    public long write(ByteBuffer[] from) throws IOException {
        return write(from, 0, from.length);
    }

    /** Writes all. */
    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        long left = RecordBuffers.remaining(from, offset, length);
        long all = left;
        var out = buffers.borrow();
        try {
            while (left > 0) {
                left -= encrypt(from, offset, length, out.clear());
                send(out.flip());
            }
        } finally {
            buffers.giveBack(out);
        }
        return all;
    }

    /** As many records as there is room for. */
    long encrypt(ByteBuffer[] from, int offset, int length, ByteBuffer out) throws IOException {
        long taken = 0;
        while (true) {
            var result = engine.wrap(from, offset, length, out);
            taken += result.bytesConsumed();
            switch (result.getStatus()) {
                case OK -> {
                    runTasks();
                    if (RecordBuffers.remaining(from, offset, length) == 0) {
                        return taken;
                    }
                }
                case BUFFER_OVERFLOW -> {
                    return taken;
                }
                case CLOSED, BUFFER_UNDERFLOW -> throw new EOFException("the connection has ended");
            }
        }
    }

    /** Sends what the engine has to say for itself. */
    private void sendOwn() throws IOException {
        var out = buffers.borrow();
        try {
            while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                var status = engine.wrap(NOTHING, 0, 1, out.clear()).getStatus();
                send(out.flip());
                if (status == Status.CLOSED) {
                    return;
                }
            }
        } finally {
            buffers.giveBack(out);
        }
    }

    private void send(ByteBuffer out) throws IOException {
        while (out.hasRemaining()) {
            socket.write(out);
        }
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Tells the other side, as far as it lets us, and closes; by the owner, once. */
    public void end() {
        sayGoodbye();
        try {
            socket.close();
        } catch (IOException e) {
            // Its file descriptor is gone either way.
        }
        come.end();
        if (plain != null) {
            buffers.giveBack(plain);
            plain = null;
        }
    }

    /** Without waiting. */
    private void sayGoodbye() {
        if (!socket.isOpen()) {
            return;
        }
        var out = buffers.borrow();
        try {
            engine.closeOutbound();
            socket.configureBlocking(false);
            Status status;
            do {
                status = engine.wrap(NOTHING, 0, 1, out.clear()).getStatus();
            } while (socket.write(out.flip()) > 0 && status == Status.OK);
        } catch (IOException e) {
            // It is gone already.
        } finally {
            buffers.giveBack(out);
        }
    }
}
