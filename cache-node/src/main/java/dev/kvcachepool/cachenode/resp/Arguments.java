package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.access.User;
import dev.kvcachepool.cachenode.store.Upload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.LongFunction;

/**
 * The arguments of one request, read from the socket as they are asked for: a request with a thousand keys never lies
 * in memory as a whole. Owned by the connection's thread.
 */
final class Arguments {
    /** Redis itself allows no more. */
    private static final int MAX_COUNT = 1 << 20;
    /** What a client may send before it has given the password. */
    private static final int MAX_COUNT_STRANGER = 10;

    private static final int MAX_BULK_STRANGER = 16 << 10;
    private static final int MAX_WORD = 16 << 10;
    /** What a node may send beyond the largest value: another protocol's description of it, which lies in front. */
    private static final int DESCRIPTION = 64;

    private final RespInput input;
    private final RespSettings settings;
    private final RequestMemory.Share memory;
    /** What has been read of a request before it is asked for. */
    private final Deque<byte[]> ahead = new ArrayDeque<>();

    private boolean isAhead;
    private boolean typed;
    private User user = User.NOBODY;
    private boolean stranger;
    private int left;

    /**
     * Of a connection's requests.
     *
     * @param memory that they are charged to, given back by the caller after each
     */
    Arguments(RespInput input, RespSettings settings, RequestMemory.Share memory) {
        this.input = input;
        this.settings = settings;
        this.memory = memory;
    }

    /**
     * Starts the request whose first byte has come.
     *
     * @param fromStranger that has yet to give the password
     * @return false for an empty one, which has no answer
     */
    boolean start(boolean fromStranger) throws IOException {
        stranger = fromStranger;
        user = User.NOBODY;
        ahead.clear();
        typed = input.peek() != '*';
        isAhead = typed;
        if (typed) {
            ahead.addAll(InlineCommand.split(input.line(settings.maxInlineBytes(), memory)));
            left = ahead.size();
            return left > 0;
        }
        input.next();
        long count = input.number("invalid multibulk length");
        if (count > MAX_COUNT) {
            throw new ProtocolException("invalid multibulk length");
        }
        if (stranger && count > MAX_COUNT_STRANGER) {
            throw new ProtocolException("unauthenticated multibulk length");
        }
        left = (int) Math.max(count, 0);
        return left > 0;
    }

    /** Whether the request was typed as one line. */
    boolean typed() {
        return typed;
    }

    int left() {
        return left;
    }

    boolean hasNext() {
        return left > 0;
    }

    /** The next argument; a longer one is an error after which the request goes on with the one behind it. */
    byte[] next(String what, int limit) throws IOException, RequestException {
        left--;
        if (isAhead) {
            var bytes = ahead.remove();
            requireAtMost(what, bytes.length, limit);
            return bytes;
        }
        int length = open();
        if (length > limit) {
            skip(length);
        }
        requireAtMost(what, length, limit);
        var bytes = input.bytes(length);
        input.crlf();
        return bytes;
    }

    /** Whose the request is, and so which keys it may name: none before this is called. */
    void of(User client) {
        user = client;
    }

    /** The next argument, a key that the user may use. */
    byte[] key() throws IOException, RequestException {
        var key = next("key", settings.maxKeyBytes());
        requireOwn(key);
        return key;
    }

    private void requireOwn(byte[] key) throws RequestException {
        if (!user.mayUse(key)) {
            settings.access().counters().keyRefused();
            throw new RequestException("NOPERM", "No permissions to access a key");
        }
    }

    /** Reads all that is left, which are keys, before any of them is used: all of them are the user's then. */
    void keysAhead() throws IOException, RequestException {
        if (isAhead) {
            for (var key : ahead) {
                requireOwn(key);
            }
            return;
        }
        while (left > 0) {
            var key = key();
            if (!memory.take(key.length)) {
                throw new RequestException(RequestMemory.FULL);
            }
            ahead.add(key);
        }
        left = ahead.size();
        isAhead = true;
    }

    /** The next argument, which stands for many keys. */
    byte[] pattern() throws IOException, RequestException {
        return next("pattern", settings.maxKeyBytes());
    }

    /** The next argument, charged to what requests may hold: some commands gather thousands of them. */
    byte[] bytes() throws IOException, RequestException {
        var bytes = next("argument", MAX_WORD);
        if (!memory.take(bytes.length)) {
            throw new RequestException(RequestMemory.FULL);
        }
        return bytes;
    }

    String text() throws IOException, RequestException {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** An option or a name, in upper case. */
    String word() throws IOException, RequestException {
        return text().toUpperCase(Locale.ROOT);
    }

    long number() throws IOException, RequestException {
        try {
            return Long.parseLong(text());
        } catch (NumberFormatException e) {
            throw new RequestException("value is not an integer or out of range");
        }
    }

    /** As {@link #number}, but {@code other} for what is none: where an answer has begun already. */
    long numberOr(long other) throws IOException {
        try {
            return number();
        } catch (RequestException e) {
            return other;
        }
    }

    /**
     * Receives the next argument as a value.
     *
     * @param starting makes the upload for its size, which the caller then owns
     * @param largest a larger one is refused
     */
    Upload value(LongFunction<Upload> starting, long largest) throws IOException, RequestException {
        return value(starting, largest, settings.maxValueBytes());
    }

    /** The same of a value that another node has taken from its client; one without room is received, and dropped. */
    Upload peersValue(LongFunction<Upload> starting) throws IOException, RequestException {
        return value(starting, Long.MAX_VALUE, (long) settings.maxValueBytes() + DESCRIPTION);
    }

    private Upload value(LongFunction<Upload> starting, long largest, long most) throws IOException, RequestException {
        left--;
        byte[] here = isAhead ? ahead.remove() : new byte[0];
        long length = isAhead ? here.length : open(most);
        if (length > largest) {
            if (!isAhead) {
                skip((int) length);
            }
            throw new RequestException(
                    "value of " + length + " bytes is larger than this node's memory of " + largest + " bytes");
        }
        var upload = starting.apply(length);
        boolean received = false;
        try {
            if (isAhead) {
                copy(here, upload);
            } else {
                input.wire().receive(upload);
                input.wire().skip(upload.missing());
                input.crlf();
            }
            received = true;
        } finally {
            if (!received) {
                upload.close();
            }
        }
        return upload;
    }

    /** Passes over what nobody asked for. */
    void skipRest() throws IOException {
        for (; left > 0; left--) {
            if (!isAhead) {
                skip(open());
            }
        }
    }

    private void skip(int length) throws IOException {
        input.wire().skip(length);
        input.crlf();
    }

    private int open() throws IOException {
        return open(settings.maxValueBytes());
    }

    private int open(long most) throws IOException {
        byte type = input.next();
        if (type != '$') {
            throw new ProtocolException(
                    "expected '$', got '" + RespOutput.printable(Character.toString(type & 0xff), 1) + "'");
        }
        long length = input.number("invalid bulk length");
        if (length < 0 || length > most) {
            throw new ProtocolException("invalid bulk length");
        }
        if (stranger && length > MAX_BULK_STRANGER) {
            throw new ProtocolException("unauthenticated bulk length");
        }
        return (int) length;
    }

    private static void copy(byte[] here, Upload upload) {
        int at = 0;
        for (var space = upload.space(); space != null; space = upload.space()) {
            int some = Math.min(space.remaining(), here.length - at);
            space.put(here, at, some);
            at += some;
        }
    }

    private static void requireAtMost(String what, int length, int limit) throws RequestException {
        if (length > limit) {
            throw new RequestException(what + " of " + length + " bytes, allowed are " + limit);
        }
    }
}
