package dev.kvcachepool.cachenode.gpu;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Looks for CUDA's driver before JCuda is touched, whose first use without it would throw an error, and end the process where
 * the driver lacks a function that is called. Stateless.
 */
final class Library {
    static final String DRIVER = "libcuda.so.1";
    /** What JCuda itself looks for on {@code java.library.path}, before it would write it to a fixed name in /tmp. */
    private static final String NATIVE_FILE = "libJCudaDriver-12.6.0-linux-x86_64.so";
    /** CUDA 11.0: memory by descriptors since 10.2, all that is used here since 11. */
    private static final int OLDEST = 11_000;

    private static final int THOUSAND = 1000;
    private static final int TEN = 10;

    /** The driver's functions behind the calls of {@link Cuda}. */
    private static final List<String> USED = List.of(
            "cuInit",
            "cuDriverGetVersion",
            "cuDeviceGetCount",
            "cuDeviceGet",
            "cuDeviceGetName",
            "cuDeviceGetUuid",
            "cuDeviceGetAttribute",
            "cuGetErrorName",
            "cuCtxCreate_v2",
            "cuCtxDestroy_v2",
            "cuCtxSetCurrent",
            "cuMemGetInfo_v2",
            "cuMemGetAllocationGranularity",
            "cuMemCreate",
            "cuMemRelease",
            "cuMemAddressReserve",
            "cuMemAddressFree",
            "cuMemMap",
            "cuMemUnmap",
            "cuMemSetAccess",
            "cuMemExportToShareableHandle",
            "cuMemHostRegister_v2",
            "cuMemHostUnregister",
            "cuMemAllocHost_v2",
            "cuStreamCreate",
            "cuMemcpyHtoDAsync_v2",
            "cuMemcpyDtoHAsync_v2",
            "cuEventCreate",
            "cuEventRecord",
            "cuEventQuery");

    private Library() {}

    /**
     * Returns if JCuda's driver API can be used here.
     *
     * @throws GpuException which says why it can't
     */
    static void require() throws GpuException {
        var system = System.getProperty("os.name") + "-" + System.getProperty("os.arch");
        if (!"Linux-amd64".equals(system)) {
            throw GpuException.unavailable("on " + system + "; Linux-amd64 is needed");
        }
        try (var arena = Arena.ofConfined()) {
            requireFunctions(find(arena));
        }
        requireNativeFile();
    }

    @SuppressWarnings("restricted") // a library of the system is loaded
    private static SymbolLookup find(Arena arena) throws GpuException {
        try {
            return SymbolLookup.libraryLookup(DRIVER, arena);
        } catch (IllegalArgumentException e) {
            throw GpuException.unavailable("no " + DRIVER + ", which NVIDIA's driver or its container toolkit brings");
        }
    }

    private static void requireFunctions(SymbolLookup driver) throws GpuException {
        for (var function : USED) {
            if (driver.find(function).isEmpty()) {
                throw GpuException.unavailable("the driver is too old, it has no " + function);
            }
        }
        int version = version(driver);
        if (version < OLDEST) {
            throw GpuException.unavailable(
                    "the driver is too old, for CUDA %s; %s is needed".formatted(text(version), text(OLDEST)));
        }
    }

    @SuppressWarnings("restricted") // a function of the system is called
    private static int version(SymbolLookup driver) {
        try (var arena = Arena.ofConfined()) {
            var version = arena.allocate(ValueLayout.JAVA_INT);
            var call = Linker.nativeLinker()
                    .downcallHandle(
                            driver.findOrThrow("cuDriverGetVersion"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
            int ignored = (int) call.invokeExact(version);
            return version.get(ValueLayout.JAVA_INT, 0);
        } catch (Throwable e) {
            throw new IllegalStateException("a call that can't throw has thrown", e);
        }
    }

    private static String text(int version) {
        return version / THOUSAND + "." + version % THOUSAND / TEN;
    }

    private static void requireNativeFile() throws GpuException {
        var folders = System.getProperty("java.library.path", "");
        for (var folder : folders.split(File.pathSeparator, -1)) {
            if (!folder.isEmpty() && Files.isReadable(Path.of(folder, NATIVE_FILE))) {
                return;
            }
        }
        throw GpuException.unavailable("no " + NATIVE_FILE + " in java.library.path (" + folders + ")");
    }
}
