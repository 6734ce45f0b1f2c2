package dev.kvcachepool.cachenode.disk;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Room on disk for a file before it is written, by {@code fallocate}. A file that grows takes one direct write at a time
 * (ext4, xfs); within room that is set aside they run beside each other: measured 1.7 and 2.7 GB/s with four writers of
 * 256 KiB.
 */
@SuppressWarnings("restricted") // calling the system is what this class is for
final class SetAside {
    private static final int READ_WRITE = 2;

    private SetAside() {}

    /** Found once, where there is such a call at all. */
    private static final class Calls {
        static final MethodHandle OPEN = find(
                "open",
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(2));
        static final MethodHandle FALLOCATE = find(
                "fallocate",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG));
        static final MethodHandle CLOSE =
                find("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

        private static MethodHandle find(String name, FunctionDescriptor descriptor, Linker.Option... options) {
            var linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
        }
    }

    /** Sets room aside for the first {@code bytes} of a file that is there; false where that can't be had, and some may be. */
    static boolean room(Path file, long bytes) {
        try (var arena = Arena.ofConfined()) {
            return room(arena.allocateFrom(file.toString()), bytes);
        } catch (Error | RuntimeException e) {
            // No such call on this system.
            return false;
        } catch (Throwable e) {
            throw new IllegalStateException("fallocate", e);
        }
    }

    private static boolean room(MemorySegment path, long bytes) throws Throwable {
        int descriptor = (int) Calls.OPEN.invokeExact(path, READ_WRITE);
        if (descriptor < 0) {
            return false;
        }
        boolean done = (int) Calls.FALLOCATE.invokeExact(descriptor, 0, 0L, bytes) == 0;
        int ignored = (int) Calls.CLOSE.invokeExact(descriptor);
        return done;
    }
}
