package dev.kvcachepool.cachenode.gpu;

import static jcuda.driver.JCudaDriver.*;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUmemAccessDesc;
import jcuda.driver.CUmemAllocationProp;
import jcuda.driver.CUmemAllocationType;
import jcuda.driver.CUmemLocation;
import jcuda.driver.CUmemLocationType;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.CUuuid;

/**
 * The calls of CUDA's driver API that are used here, each with its answer looked at. Stateless; a thread has a current context
 * first ({@link #enter}), which all calls behind it mean. {@link Library#require} comes before any use.
 */
final class Cuda {
    private static final int POSIX_FILE_DESCRIPTOR = 1;
    private static final int GRANULARITY_MINIMUM = 0;
    private static final int READ_AND_WRITE = 3;
    private static final int PORTABLE = 1;
    private static final int NOT_READY = 600;
    private static final int SUCCESS = 0;
    private static final int NAME_BYTES = 256;
    /** Where the parts of a UUID end, in hex digits. */
    private static final int[] UUID_PARTS = {0, 8, 12, 16, 20, 32};

    private Cuda() {}

    static void check(int answer, String call) throws GpuException {
        if (answer != SUCCESS) {
            var name = new String[1];
            cuGetErrorName(answer, name);
            throw GpuException.of(call, answer, name[0] == null ? "unknown" : name[0]);
        }
    }

    static int deviceCount() throws GpuException {
        check(cuInit(0), "cuInit");
        var count = new int[1];
        check(cuDeviceGetCount(count), "cuDeviceGetCount");
        return count[0];
    }

    static CUdevice device(int number) throws GpuException {
        var device = new CUdevice();
        check(cuDeviceGet(device, number), "cuDeviceGet");
        return device;
    }

    static String name(CUdevice device) throws GpuException {
        var name = new byte[NAME_BYTES];
        check(cuDeviceGetName(name, name.length, device), "cuDeviceGetName");
        return new String(name, StandardCharsets.UTF_8).replaceAll("\0.*", "");
    }

    /** As {@code nvidia-smi} writes it: {@code GPU-…}. */
    static String uuid(CUdevice device) throws GpuException {
        var uuid = new CUuuid();
        check(cuDeviceGetUuid(uuid, device), "cuDeviceGetUuid");
        var digits = HexFormat.of().formatHex(uuid.bytes);
        var text = new StringBuilder("GPU");
        for (int i = 1; i < UUID_PARTS.length; i++) {
            text.append('-').append(digits, UUID_PARTS[i - 1], UUID_PARTS[i]);
        }
        return text.toString();
    }

    /** Whether its memory can be passed to other processes as a file descriptor. */
    static boolean exports(CUdevice device) throws GpuException {
        var value = new int[1];
        check(
                cuDeviceGetAttribute(
                        value,
                        CUdevice_attribute.CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
                        device),
                "cuDeviceGetAttribute");
        return value[0] != 0;
    }

    /** Makes a context of this process's own, which is then current in this thread. */
    static CUcontext newContext(CUdevice device) throws GpuException {
        var context = new CUcontext();
        check(cuCtxCreate(context, 0, device), "cuCtxCreate");
        return context;
    }

    /** Ends a context and all that goes on in it; once it has returned nothing of it touches host memory. */
    static void destroy(CUcontext context) {
        int ignored = cuCtxDestroy(context);
    }

    static void enter(CUcontext context) throws GpuException {
        check(cuCtxSetCurrent(context), "cuCtxSetCurrent");
    }

    static long freeBytes() throws GpuException {
        var free = new long[1];
        check(cuMemGetInfo(free, new long[1]), "cuMemGetInfo");
        return free[0];
    }

    private static CUmemLocation location(int device) {
        return new CUmemLocation(CUmemLocationType.CU_MEM_LOCATION_TYPE_DEVICE, device);
    }

    /** Memory of a device's that other processes can be given. */
    private static CUmemAllocationProp shareable(int device) {
        var properties = new CUmemAllocationProp();
        properties.type = CUmemAllocationType.CU_MEM_ALLOCATION_TYPE_PINNED;
        properties.requestedHandleTypes = POSIX_FILE_DESCRIPTOR;
        properties.location = location(device);
        return properties;
    }

    static long granularity(int device) throws GpuException {
        var bytes = new long[1];
        check(
                cuMemGetAllocationGranularity(bytes, shareable(device), GRANULARITY_MINIMUM),
                "cuMemGetAllocationGranularity");
        return bytes[0];
    }

    static Handle create(long bytes, int device) throws GpuException {
        var handle = new Handle();
        check(cuMemCreate(handle, bytes, shareable(device), 0), "cuMemCreate");
        return handle;
    }

    /** Its memory stays as long as it is mapped somewhere. */
    static void release(Handle handle) {
        int ignored = cuMemRelease(handle);
    }

    static CUdeviceptr reserve(long bytes) throws GpuException {
        var address = new CUdeviceptr();
        check(cuMemAddressReserve(address, bytes, 0, new CUdeviceptr(), 0), "cuMemAddressReserve");
        return address;
    }

    static void map(CUdeviceptr address, long bytes, Handle handle, int device) throws GpuException {
        check(cuMemMap(address, bytes, 0, handle, 0), "cuMemMap");
        var access = new CUmemAccessDesc[] {new CUmemAccessDesc(location(device), READ_AND_WRITE)};
        check(cuMemSetAccess(address, bytes, access, 1), "cuMemSetAccess");
    }

    static void unmap(CUdeviceptr address, long bytes) {
        int ignored = cuMemUnmap(address, bytes);
    }

    static void free(CUdeviceptr address, long bytes) {
        int ignored = cuMemAddressFree(address, bytes);
    }

    /** Pins host memory for all contexts; false where that is refused. */
    static boolean register(long address, long bytes) {
        return cuMemHostRegister(new Address(address), bytes, PORTABLE) == SUCCESS;
    }

    static void unregister(long address) {
        int ignored = cuMemHostUnregister(new Address(address));
    }

    /** Pinned host memory, which goes with its context. */
    static Pointer allocateHost(long bytes) throws GpuException {
        var pointer = new Pointer();
        check(cuMemAllocHost(pointer, bytes), "cuMemAllocHost");
        return pointer;
    }

    static CUstream newStream() throws GpuException {
        var stream = new CUstream();
        check(cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
        return stream;
    }

    static CUevent newEvent() throws GpuException {
        var event = new CUevent();
        check(cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING), "cuEventCreate");
        return event;
    }

    static void toDevice(CUdeviceptr to, Pointer from, long bytes, CUstream stream) throws GpuException {
        check(cuMemcpyHtoDAsync(to, from, bytes, stream), "cuMemcpyHtoDAsync");
    }

    static void toHost(Pointer to, CUdeviceptr from, long bytes, CUstream stream) throws GpuException {
        check(cuMemcpyDtoHAsync(to, from, bytes, stream), "cuMemcpyDtoHAsync");
    }

    static void record(CUevent event, CUstream stream) throws GpuException {
        check(cuEventRecord(event, stream), "cuEventRecord");
    }

    /** Whether all that came before an event's record is done. */
    static boolean isReached(CUevent event) throws GpuException {
        int answer = cuEventQuery(event);
        if (answer == NOT_READY) {
            return false;
        }
        check(answer, "cuEventQuery");
        return true;
    }
}
