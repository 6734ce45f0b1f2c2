package dev.kvcachepool.cachenode.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * File descriptors of a device's memory. Thread-safe. Exporting calls the driver itself, by FFM: JCuda 12.6.0 has the call but
 * gives the driver no place to write the descriptor to.
 */
@SuppressWarnings("restricted") // functions of the system are called
final class Descriptors {
    private static final int POSIX_FILE_DESCRIPTOR = 1;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle EXPORT = function(
            SymbolLookup.libraryLookup(Library.DRIVER, Arena.global()),
            "cuMemExportToShareableHandle",
            FunctionDescriptor.of(INT, ValueLayout.ADDRESS, LONG, INT, LONG));
    private static final MethodHandle CLOSE =
            function(Linker.nativeLinker().defaultLookup(), "close", FunctionDescriptor.of(INT, INT));

    private Descriptors() {}

    private static MethodHandle function(SymbolLookup in, String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(in.findOrThrow(name), descriptor);
    }

    /** A new descriptor by which another process can map an allocation; the caller closes it. */
    static int export(Handle handle) throws GpuException {
        try (var arena = Arena.ofConfined()) {
            var descriptor = arena.allocate(INT);
            Cuda.check(export(descriptor, handle.value()), "cuMemExportToShareableHandle");
            return descriptor.get(INT, 0);
        }
    }

    private static int export(MemorySegment descriptor, long handle) {
        try {
            return (int) EXPORT.invokeExact(descriptor, handle, POSIX_FILE_DESCRIPTOR, 0L);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void close(int descriptor) {
        try {
            int ignored = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static IllegalStateException unexpected(Throwable e) {
        return new IllegalStateException("a system call that can't throw has thrown", e);
    }
}
