package dev.kvcachepool.cachenode.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Locale;

/** Linux's calls for mapping memory, by FFM. Thread-safe. What the kernel refuses is for the caller to tell. */
@SuppressWarnings("restricted") // mapping memory is what this is for
final class SystemCalls {
    static final boolean LINUX =
            System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");

    private static final int PROT_NONE = 0;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 0x01;
    private static final int MAP_PRIVATE = 0x02;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int F_DUPFD_CLOEXEC = 1030;
    static final int O_READ = 0;
    static final int O_READ_WRITE = 2;
    private static final int O_CREATE = 0x40;
    private static final int O_EXCLUSIVE = 0x80;
    static final int O_NEW = O_READ_WRITE | O_CREATE | O_EXCLUSIVE;
    private static final int O_CLOEXEC = 0x80000;
    private static final long FAILED = -1;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MethodHandle MMAP =
            function("mmap", FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, INT, LONG));
    private static final MethodHandle MUNMAP = function("munmap", FunctionDescriptor.of(INT, LONG, LONG));
    private static final MethodHandle MADVISE = function("madvise", FunctionDescriptor.of(INT, LONG, LONG, INT));
    private static final MethodHandle MEMFD_CREATE =
            function("memfd_create", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle OPEN = function(
            "open", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT, INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle FTRUNCATE = function("ftruncate", FunctionDescriptor.of(INT, INT, LONG));
    private static final MethodHandle FCNTL =
            function("fcntl", FunctionDescriptor.of(INT, INT, INT, INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(INT, INT));

    private SystemCalls() {}

    private static MethodHandle function(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
    }

    /**
     * Reserves addresses.
     *
     * @return the first that is a multiple of {@code alignment}; {@code bytes} from there on are this caller's
     * @throws OutOfMemoryError when the system refuses
     */
    static long reserve(long bytes, long alignment) {
        long from = mmap(0, bytes + alignment, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
        long aligned = Math.ceilDiv(from, alignment) * alignment;
        unmap(from, aligned - from);
        unmap(aligned + bytes, from + alignment - aligned);
        return aligned;
    }

    /** Maps memory of this process alone over reserved addresses. */
    static void mapAnonymous(long address, long bytes) {
        mmap(address, bytes, PROT_READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1);
    }

    /** Maps a file over reserved addresses. */
    static void mapFile(long address, long bytes, int file) {
        mmap(address, bytes, PROT_READ_WRITE, MAP_SHARED | MAP_NORESERVE | MAP_FIXED, file);
    }

    /** The same with all of its pages set aside, so that writing to none of them can fail. */
    static void mapReservedFile(long address, long bytes, int file) {
        mmap(address, bytes, PROT_READ_WRITE, MAP_SHARED | MAP_FIXED, file);
    }

    private static long mmap(long address, long bytes, int protection, int flags, int file) {
        try {
            long at = (long) MMAP.invokeExact(address, bytes, protection, flags, file, 0L);
            if (at == FAILED) {
                throw new OutOfMemoryError("the system refused to map " + bytes + " bytes");
            }
            return at;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void unmap(long address, long bytes) {
        if (bytes > 0) {
            try {
                int ignored = (int) MUNMAP.invokeExact(address, bytes);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }
    }

    /** False when the system refuses. */
    static boolean advise(long address, long bytes, int advice) {
        try {
            return (int) MADVISE.invokeExact(address, bytes, advice) == 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Makes a file in memory; its descriptor, negative when the system refuses. */
    static int memoryFile(String name, int flags) {
        try (var arena = Arena.ofConfined()) {
            return (int) MEMFD_CREATE.invokeExact(arena.allocateFrom(name), flags);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Opens a file; its descriptor, negative when the system refuses. */
    static int open(Path file, int flags, int mode) {
        try (var arena = Arena.ofConfined()) {
            return (int) OPEN.invokeExact(arena.allocateFrom(file.toString()), flags | O_CLOEXEC, mode);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** False when the system refuses. */
    static boolean setSize(int file, long bytes) {
        try {
            return (int) FTRUNCATE.invokeExact(file, bytes) == 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Negative when the system refuses. */
    static int control(int file, int command, int argument) {
        try {
            return (int) FCNTL.invokeExact(file, command, argument);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** A further descriptor of a file, which the caller closes; negative when the system refuses. */
    static int duplicate(int file) {
        return control(file, F_DUPFD_CLOEXEC, 0);
    }

    static void close(int file) {
        try {
            int ignored = (int) CLOSE.invokeExact(file);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("a system call that can't throw has thrown", e);
    }
}
