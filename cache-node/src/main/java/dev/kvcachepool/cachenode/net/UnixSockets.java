package dev.kvcachepool.cachenode.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Unix sockets by Linux's own calls, through FFM: Java's can't pass file descriptors. Thread-safe; a socket is its
 * descriptor, and its user's to close once.
 */
@SuppressWarnings("restricted") // calling the system is what this is for
final class UnixSockets {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_WAITALL = 0x100;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SHUT_RDWR = 2;
    private static final int PATH_AT = 2;
    private static final int ADDRESS_BYTES = 110;
    private static final int MSGHDR_BYTES = 56;
    private static final int IOVEC_BYTES = 16;
    /** A header of 16 bytes, a descriptor, padded. */
    private static final int CONTROL_BYTES = 24;

    private static final int CONTROL_LENGTH = 20;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_OF =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SOCKET = function("socket", INT, INT, INT, INT);
    private static final MethodHandle BIND = function("bind", INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle LISTEN = function("listen", INT, INT, INT);
    private static final MethodHandle ACCEPT =
            function("accept4", INT, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, INT);
    private static final MethodHandle SET_OPTION = function("setsockopt", INT, INT, INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle RECEIVE = function("recv", LONG, INT, ValueLayout.ADDRESS, LONG, INT);
    private static final MethodHandle SEND_MESSAGE = function("sendmsg", LONG, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle SHUTDOWN = function("shutdown", INT, INT, INT);
    private static final MethodHandle CLOSE = function("close", INT, INT);

    private UnixSockets() {}

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... parameters) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, parameters), ERRNO);
    }

    /**
     * Binds and listens.
     *
     * @param path that is free
     * @return the socket
     */
    static int listen(Path path, int backlog) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = errno(arena);
            int socket = (int) SOCKET.invokeExact(errno, AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
            require("socket", socket, errno);
            var name = path.toString().getBytes(StandardCharsets.UTF_8);
            var address = arena.allocate(ADDRESS_BYTES, Long.BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            address.asSlice(PATH_AT).copyFrom(MemorySegment.ofArray(name));
            try {
                require("bind", (int) BIND.invokeExact(errno, socket, address, PATH_AT + name.length + 1), errno);
                require("listen", (int) LISTEN.invokeExact(errno, socket, backlog), errno);
                return socket;
            } catch (IOException e) {
                close(socket);
                throw e;
            }
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Waits for the next connection. */
    static int accept(int listening) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = errno(arena);
            int socket =
                    (int) ACCEPT.invokeExact(errno, listening, MemorySegment.NULL, MemorySegment.NULL, SOCK_CLOEXEC);
            require("accept", socket, errno);
            return socket;
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Bounds each call on a socket. */
    static void setPatience(int socket, Duration time) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = errno(arena);
            var value = arena.allocate(2 * Long.BYTES, Long.BYTES);
            value.set(LONG, 0, time.toSeconds());
            value.set(LONG, Long.BYTES, time.toNanosPart() / 1000L);
            for (int option : new int[] {SO_RCVTIMEO, SO_SNDTIMEO}) {
                int result = (int) SET_OPTION.invokeExact(errno, socket, SOL_SOCKET, option, value, 2 * Long.BYTES);
                require("setsockopt", result, errno);
            }
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Receives as many bytes as {@code into} holds; false when they don't come. */
    static boolean receive(int socket, byte[] into) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocate(into.length);
            long got = (long) RECEIVE.invokeExact(errno(arena), socket, bytes, (long) into.length, MSG_WAITALL);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, into, 0, (int) Math.max(got, 0));
            return got == into.length;
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /**
     * Sends a byte, and a file with it.
     *
     * @param file its descriptor; negative for none
     */
    static void send(int socket, byte word, int file) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = errno(arena);
            var data = arena.allocateFrom(ValueLayout.JAVA_BYTE, word);
            var vector = arena.allocate(IOVEC_BYTES, Long.BYTES);
            vector.set(ValueLayout.ADDRESS, 0, data);
            vector.set(LONG, 8, 1);
            var message = arena.allocate(MSGHDR_BYTES, Long.BYTES);
            message.set(ValueLayout.ADDRESS, 16, vector);
            message.set(LONG, 24, 1);
            if (file >= 0) {
                var control = arena.allocate(CONTROL_BYTES, Long.BYTES);
                control.set(LONG, 0, CONTROL_LENGTH);
                control.set(INT, 8, SOL_SOCKET);
                control.set(INT, 12, SCM_RIGHTS);
                control.set(INT, 16, file);
                message.set(ValueLayout.ADDRESS, 32, control);
                message.set(LONG, 40, CONTROL_BYTES);
            }
            long sent = (long) SEND_MESSAGE.invokeExact(errno, socket, message, MSG_NOSIGNAL);
            require("sendmsg", (int) sent, errno);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Wakes whoever waits at a socket. */
    static void shutdown(int socket) {
        try (var arena = Arena.ofConfined()) {
            int ignored = (int) SHUTDOWN.invokeExact(errno(arena), socket, SHUT_RDWR);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void close(int socket) {
        try (var arena = Arena.ofConfined()) {
            int ignored = (int) CLOSE.invokeExact(errno(arena), socket);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static MemorySegment errno(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    private static void require(String call, int result, MemorySegment errno) throws IOException {
        if (result < 0) {
            throw new IOException(call + " failed with error " + (int) ERRNO_OF.get(errno, 0L));
        }
    }

    private static IOException rethrown(Throwable e) {
        return e instanceof IOException checked ? checked : new IOException(unexpected(e));
    }

    private static RuntimeException unexpected(Throwable e) {
        return switch (e) {
            case Error error -> throw error;
            case RuntimeException unchecked -> unchecked;
            default -> new IllegalStateException("a system call that can't throw has thrown", e);
        };
    }
}
