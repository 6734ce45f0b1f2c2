package dev.kvcachepool.cachenode.gpu;

import dev.kvcachepool.cachenode.memory.Extent;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jcuda.driver.CUdevice;

/**
 * A GPU in use: memory for values, and copies from and to it. Thread-safe.
 *
 * <p>With the first error that is more than a refusal the device is lost: its context ends at once, before anybody is told, so
 * that no copy goes on in memory that is used again; every later call says so. Who uses it closes it then, and may
 * {@link Gpu#open} another.
 */
public final class GpuDevice implements AutoCloseable {
    private final Context context;
    private final HostPins pins;
    private final GpuSettings settings;
    private final String name;
    private final String uuid;
    private final Set<DevicePiece> pieces = ConcurrentHashMap.newKeySet();
    private final DriverThread driver = new DriverThread("gpu-memory");
    private final PagedArena arena;
    private final Copies copies;

    private GpuDevice(Context context, CUdevice device, HostPins pins, GpuSettings settings) throws GpuException {
        this.context = context;
        this.pins = pins;
        this.settings = settings;
        this.name = Cuda.name(device);
        this.uuid = Cuda.uuid(device);
        this.copies = new Copies(context, pins, settings.patience());
        this.arena = reserve();
    }

    /** Takes the memory, pins the host's, starts the threads. */
    static GpuDevice open(Context context, CUdevice device, HostPins pins, GpuSettings settings) throws GpuException {
        var opened = new GpuDevice(context, device, pins, settings);
        try {
            pins.attach(context);
        } catch (GpuException e) {
            opened.pieces.forEach(DevicePiece::free);
            throw e;
        }
        opened.copies.start();
        return opened;
    }

    private PagedArena reserve() throws GpuException {
        try {
            return new PagedArena(settings.bytes(), (_, bytes) -> allocate(bytes));
        } catch (OutOfMemoryError e) {
            pieces.forEach(DevicePiece::free);
            throw GpuException.unavailable(String.valueOf(e.getMessage()));
        }
    }

    /** Within the time limit of a copy, as the arena's lock is held; a driver that takes longer is given up. */
    private DevicePiece allocate(long bytes) {
        try {
            requireUsable();
            return driver.run(() -> allocateNow(bytes), settings.patience());
        } catch (GpuException e) {
            if (e.isLost()) {
                context.giveUp();
            }
            throw (Error)
                    new OutOfMemoryError("the GPU refused %d bytes: %s".formatted(bytes, e.getMessage())).initCause(e);
        }
    }

    private DevicePiece allocateNow(long bytes) throws GpuException {
        var piece = context.use(() -> DevicePiece.allocate(bytes, settings.device(), this::closed));
        pieces.add(piece);
        if (context.isEnding()) {
            // Nobody waits for it any more, nor frees it.
            piece.free();
        }
        return piece;
    }

    private void closed(DevicePiece piece) {
        driver.later(() -> {
            piece.free();
            pieces.remove(piece);
        });
    }

    /**
     * Says whether it was given up, for who found no memory on it.
     *
     * @throws GpuException then
     */
    public void requireUsable() throws GpuException {
        if (context.isEnding()) {
            throw GpuException.lost("the GPU was given up");
        }
    }

    /** As the driver calls it. */
    public String name() {
        return name;
    }

    /** By which other processes find the same device, whatever its number there: {@code GPU-…}. */
    public String uuid() {
        return uuid;
    }

    /** Its memory; what lies in it has no views here. */
    public PagedArena arena() {
        return arena;
    }

    /** Bytes of host memory that is copied from and to directly. */
    public long pinnedBytes() {
        return pins.bytes();
    }

    /**
     * Copies a value of host memory, which the caller holds, to as many bytes of the device; done when it returns.
     *
     * @throws GpuException when it could not; {@link GpuException#isUnsettled} then says whether the memory may be used again
     */
    public void toDevice(Value from, List<Extent> to) throws GpuException {
        var host = new ArrayList<ByteBuffer>(from.parts());
        for (int part = 0; part < from.parts(); part++) {
            host.add(from.view(part));
        }
        copies.run(Span.pair(host, parts(to)), false);
    }

    /**
     * Copies a value of the device's, which the caller holds, to host memory with room for it; done when it returns.
     *
     * @throws GpuException as {@link #toDevice}
     */
    public void toHost(Value from, ByteBuffer[] to) throws GpuException {
        var host = new ArrayList<ByteBuffer>(to.length);
        long left = from.size();
        for (var block : to) {
            int bytes = (int) Math.min(left, block.remaining());
            host.add(block.slice(block.position(), bytes));
            left -= bytes;
        }
        copies.run(Span.pair(host, parts(from.extents())), true);
    }

    private List<Span.Part> parts(List<Extent> extents) {
        var parts = new ArrayList<Span.Part>(extents.size());
        for (var extent : extents) {
            if (!(arena.piece(extent) instanceof DevicePiece piece)) {
                throw new IllegalStateException("an extent of other memory than the device's");
            }
            parts.add(new Span.Part(piece.at(arena.offset(extent)), extent.bytes()));
        }
        return parts;
    }

    /** Ends what is under way and gives the memory back; processes that were passed some of it keep that. */
    @Override
    public void close() {
        boolean ended = context.end();
        copies.close();
        pins.detach(context);
        if (ended) {
            // No descriptor may be passed on once it is closed.
            synchronized (arena) {
                pieces.forEach(DevicePiece::withhold);
            }
            pieces.forEach(DevicePiece::free);
        }
    }
}
