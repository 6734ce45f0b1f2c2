package dev.kvcachepool.cachenode.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * Memory that costs nothing until it is written: {@code mmap} rather than {@link Arena#allocate}, which writes zeros
 * and so makes the whole tier resident at the start. Huge pages are asked for, and done without where refused.
 */
@SuppressWarnings("restricted") // mapping memory is what this class is for
final class AnonymousMemory {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
    private static final int MADV_HUGEPAGE = 14;
    private static final FunctionDescriptor MMAP = FunctionDescriptor.of(
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG);
    private static final FunctionDescriptor MUNMAP =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    private static final FunctionDescriptor MADVISE = FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);

    private AnonymousMemory() {}

    /**
     * Maps {@code bytes}, aligned to a page of {@link PagedArena#PAGE_BYTES}, given back when {@code owner} closes.
     *
     * @throws OutOfMemoryError when the system refuses
     */
    static MemorySegment map(long bytes, Arena owner) {
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
            return owner.allocate(bytes, PagedArena.PAGE_BYTES);
        }
        try {
            return mapOnLinux(bytes, owner);
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("mmap of " + bytes + " bytes", e);
        }
    }

    private static MemorySegment mapOnLinux(long bytes, Arena owner) throws Throwable {
        long length = bytes + PagedArena.PAGE_BYTES;
        var base = (MemorySegment) function("mmap", MMAP)
                .invokeExact(MemorySegment.NULL, length, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
        if (base.address() == -1) {
            throw new OutOfMemoryError("the system refused to map " + bytes + " bytes");
        }
        var unmap = function("munmap", MUNMAP);
        var whole = base.reinterpret(length, owner, segment -> unmap(unmap, segment, length));
        long offset = -base.address() & (PagedArena.PAGE_BYTES - 1);
        var aligned = whole.asSlice(offset, bytes);
        int ignored = (int) function("madvise", MADVISE).invokeExact(aligned, bytes, MADV_HUGEPAGE);
        return aligned;
    }

    private static void unmap(MethodHandle munmap, MemorySegment segment, long length) {
        try {
            int ignored = (int) munmap.invokeExact(segment, length);
        } catch (Throwable e) {
            throw new IllegalStateException("munmap", e);
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), descriptor);
    }
}
