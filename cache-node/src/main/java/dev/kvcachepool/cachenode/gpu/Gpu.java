package dev.kvcachepool.cachenode.gpu;

import dev.kvcachepool.cachenode.memory.Backing;
import dev.kvcachepool.cachenode.memory.PagedArena;

/** The way to this node's GPU, which may not be there, or be gone for a while. Thread-safe. */
public final class Gpu {
    private final GpuSettings settings;
    private final HostPins pins = new HostPins();

    public Gpu(GpuSettings settings) {
        this.settings = settings;
    }

    /** Host memory that is pinned while a device is in use, where the driver lets it be. */
    public Backing pinned(Backing host) {
        return pins.over(host);
    }

    /**
     * Takes the device into use; the caller closes it.
     *
     * @throws GpuException which says in one line why it can't be used
     */
    public GpuDevice open() throws GpuException {
        Library.require();
        int devices = Cuda.deviceCount();
        int number = settings.device();
        if (number >= devices) {
            throw GpuException.unavailable("no device %d, this process sees %d".formatted(number, devices));
        }
        var device = Cuda.device(number);
        if (!Cuda.exports(device)) {
            throw GpuException.unavailable("device " + number + " can't share memory by file descriptors");
        }
        var context = new Context(device);
        try {
            context.perform(this::requireRoom);
            return GpuDevice.open(context, device, pins, settings);
        } catch (GpuException e) {
            boolean ignored = context.end();
            pins.detach(context);
            throw e;
        }
    }

    private void requireRoom() throws GpuException {
        long granularity = Cuda.granularity(settings.device());
        if (PagedArena.PAGE_BYTES % granularity != 0) {
            throw GpuException.unavailable("the device gives memory in pieces of %d bytes; pages of %d don't fit"
                    .formatted(granularity, PagedArena.PAGE_BYTES));
        }
        long free = Cuda.freeBytes();
        if (free < settings.bytes()) {
            throw GpuException.unavailable(
                    "too little memory: %d bytes are wanted, %d are free".formatted(settings.bytes(), free));
        }
    }
}
