package dev.kvcachepool.client;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A file that a node has passed over a Unix socket, by Linux's own calls through FFM: Java's sockets can't. Open until it is
 * closed; a mapping made from it outlives it.
 */
@SuppressWarnings("restricted") // calling the system is what this is for
final class PassedFile implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int TIMEVAL_BYTES = 16;
    private static final int PATH_AT = 2;
    private static final int MOST_PATH_BYTES = 107;
    private static final int ADDRESS_BYTES = 110;
    private static final int MSGHDR_BYTES = 56;
    private static final int IOVEC_BYTES = 16;
    private static final int CONTROL_BYTES = 24;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MethodHandle SOCKET = function("socket", INT, INT, INT, INT);
    private static final MethodHandle SET_OPTION = function("setsockopt", INT, INT, INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle CONNECT = function("connect", INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle SEND = function("send", LONG, INT, ValueLayout.ADDRESS, LONG, INT);
    private static final MethodHandle RECEIVE_MESSAGE = function("recvmsg", LONG, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle CLOSE = function("close", INT, INT);

    private final int descriptor;

    private PassedFile(int descriptor) {
        this.descriptor = descriptor;
    }

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... parameters) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, parameters));
    }

    /**
     * Asks for a file.
     *
     * @param socket the node's {@code --memory-socket}
     * @param limit to each wait: for a connection, and for the file
     * @throws IOException when the node is not there or does not give it
     */
    static PassedFile receive(Path socket, String token, Duration limit) throws IOException {
        try (var arena = Arena.ofConfined()) {
            int connection = (int) SOCKET.invokeExact(AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
            require(connection >= 0, "no socket to be had");
            try {
                var name = socket.toString().getBytes(StandardCharsets.UTF_8);
                require(name.length <= MOST_PATH_BYTES, "'" + socket + "' is longer than a socket's name may be");
                limit(connection, limit, arena);
                var address = arena.allocate(ADDRESS_BYTES, Long.BYTES);
                address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
                address.asSlice(PATH_AT).copyFrom(MemorySegment.ofArray(name));
                int connected = (int) CONNECT.invokeExact(connection, address, PATH_AT + name.length + 1);
                require(connected == 0, "nobody listens at '" + socket + "'");
                var words = arena.allocateFrom(token);
                long sent = (long) SEND.invokeExact(connection, words, (long) token.length(), MSG_NOSIGNAL);
                require(sent == token.length(), "'" + socket + "' takes no token");
                return new PassedFile(received(connection, arena));
            } finally {
                int ignored = (int) CLOSE.invokeExact(connection);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a system call that can't throw has thrown", e);
        }
    }

    private static void limit(int connection, Duration limit, Arena arena) throws Throwable {
        var interval = arena.allocate(TIMEVAL_BYTES, Long.BYTES);
        interval.set(LONG, 0, limit.toSeconds());
        // A zero would mean for ever.
        interval.set(LONG, Long.BYTES, Math.max(1, limit.toNanosPart() / 1000));
        for (int option : new int[] {SO_RCVTIMEO, SO_SNDTIMEO}) {
            int set = (int) SET_OPTION.invokeExact(connection, SOL_SOCKET, option, interval, TIMEVAL_BYTES);
            require(set == 0, "waits can't be limited");
        }
    }

    private static int received(int connection, Arena arena) throws Throwable {
        var word = arena.allocate(1);
        var vector = arena.allocate(IOVEC_BYTES, Long.BYTES);
        vector.set(ValueLayout.ADDRESS, 0, word);
        vector.set(LONG, 8, 1);
        var control = arena.allocate(CONTROL_BYTES, Long.BYTES);
        var message = arena.allocate(MSGHDR_BYTES, Long.BYTES);
        message.set(ValueLayout.ADDRESS, 16, vector);
        message.set(LONG, 24, 1);
        message.set(ValueLayout.ADDRESS, 32, control);
        message.set(LONG, 40, CONTROL_BYTES);
        long got = (long) RECEIVE_MESSAGE.invokeExact(connection, message, MSG_CMSG_CLOEXEC);
        boolean given = got == 1 && word.get(ValueLayout.JAVA_BYTE, 0) == 'Y' && message.get(LONG, 40) > 0;
        require(given, "the node gives no such file");
        return control.get(INT, 16);
    }

    private static void require(boolean right, String otherwise) throws IOException {
        if (!right) {
            throw new IOException(otherwise);
        }
    }

    /** Under which this process can open it. */
    Path path() {
        return Path.of("/proc/self/fd", Integer.toString(descriptor));
    }

    @Override
    public void close() {
        try {
            int ignored = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("a system call that can't throw has thrown", e);
        }
    }
}
