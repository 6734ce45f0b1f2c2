package dev.kvcachepool.cachenode.gpu;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUstream;

/**
 * Copies between host and device, one batch at a time, on a stream of its own. Owned by one thread, and used within its context,
 * with which it goes.
 *
 * <ol>
 *   <li>What is pinned is copied asynchronously, straight from or to where it lies.
 *   <li>What is not goes through a pinned buffer, piece after piece.
 *   <li>An event behind the last copy is waited for, within a time limit, before anybody may use the bytes, or the memory.
 * </ol>
 */
final class Lane {
    private static final int STAGING_BYTES = 4 << 20;
    /** How often the event is asked at once, before it is asked now and then. */
    private static final int SPINS = 200;

    private static final long PAUSE_NANOS = 20_000;

    private final Context context;
    private final HostPins pins;
    private final Duration patience;
    private final CUstream stream;
    private final CUevent event;
    private final Pointer staging;

    Lane(Context context, HostPins pins, Duration patience) throws GpuException {
        this.context = context;
        this.pins = pins;
        this.patience = patience;
        this.stream = Cuda.newStream();
        this.event = Cuda.newEvent();
        this.staging = Cuda.allocateHost(STAGING_BYTES);
    }

    /**
     * Copies all of it; done when it returns.
     *
     * @throws GpuException also then nothing is under way any more, unless the device is lost
     */
    void copy(List<Span> spans, boolean toHost) throws GpuException {
        try {
            for (var span : spans) {
                if (pins.cover(span.address(), span.bytes())) {
                    start(new Address(span.address()), span.device(), span.bytes(), toHost);
                } else {
                    stage(span, toHost);
                }
            }
        } catch (GpuException e) {
            if (!e.isLost()) {
                await();
            }
            throw e;
        }
        await();
    }

    private void start(Pointer host, CUdeviceptr device, long bytes, boolean toHost) throws GpuException {
        if (toHost) {
            Cuda.toHost(host, device, bytes, stream);
        } else {
            Cuda.toDevice(device, host, bytes, stream);
        }
    }

    private void stage(Span span, boolean toHost) throws GpuException {
        var host = span.host().duplicate();
        long done = 0;
        while (host.hasRemaining()) {
            int bytes = Math.min(STAGING_BYTES, host.remaining());
            var buffer = staging.getByteBuffer(0, bytes);
            if (!toHost) {
                buffer.put(host.slice(host.position(), bytes));
            }
            start(staging, span.device().withByteOffset(done), bytes, toHost);
            await();
            if (toHost) {
                host.slice(host.position(), bytes).put(buffer);
            }
            host.position(host.position() + bytes);
            done += bytes;
        }
    }

    private void await() throws GpuException {
        Cuda.record(event, stream);
        long end = System.nanoTime() + patience.toNanos();
        for (int asked = 0; !Cuda.isReached(event); asked++) {
            if (context.isEnding()) {
                throw GpuException.lost("the GPU was given up");
            }
            if (System.nanoTime() - end >= 0) {
                throw GpuException.lost("a copy took longer than " + patience.toMillis() + " ms");
            }
            if (asked < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
