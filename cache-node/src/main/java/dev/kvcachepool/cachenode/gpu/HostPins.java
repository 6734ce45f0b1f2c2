package dev.kvcachepool.cachenode.gpu;

import dev.kvcachepool.cachenode.memory.Backing;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Host memory that a GPU copies from and to directly: every piece of the arena, pinned by the driver where it lets us. What is
 * not pinned, or not yet, is copied through a buffer. Thread-safe.
 *
 * <p>Pinning takes the driver its time, and memory is mapped and unmapped with its arena's lock held. So a thread of its own
 * does it, and also unmaps what may be pinned, once it is not any more.
 */
final class HostPins {
    private final Set<Piece> pieces = new HashSet<>();
    /** Ends of pinned ranges by their beginnings. */
    private final ConcurrentSkipListMap<Long, Long> pinned = new ConcurrentSkipListMap<>();

    private final DriverThread driver = new DriverThread("gpu-pins");
    private @Nullable Context context;

    /** Memory that is pinned while there is a device. */
    Backing over(Backing host) {
        return (slice, bytes) -> {
            var piece = new Piece(host.map(slice, bytes), bytes);
            add(piece);
            return piece;
        };
    }

    /** Pins all there is in a device's new context, from now on also what is mapped later. */
    void attach(Context next) throws GpuException {
        var all = begin(next);
        int ignored = driver.run(() -> {
            for (var piece : all) {
                pin(next, piece);
            }
            return all.size();
        });
    }

    private synchronized List<Piece> begin(Context next) {
        context = next;
        pinned.clear();
        pieces.forEach(piece -> piece.handedOver = true);
        return List.copyOf(pieces);
    }

    /** The context has ended, and with it all pins. */
    synchronized void detach(Context last) {
        if (context == last) {
            context = null;
            pinned.clear();
        }
    }

    /** Whether all of some memory is pinned. */
    boolean cover(long address, long bytes) {
        var range = pinned.floorEntry(address);
        return range != null && address + bytes <= range.getValue();
    }

    /** Bytes that are pinned. */
    long bytes() {
        return pinned.entrySet().stream()
                .mapToLong(range -> range.getValue() - range.getKey())
                .sum();
    }

    private synchronized void add(Piece piece) {
        pieces.add(piece);
        var in = context;
        if (in != null) {
            piece.handedOver = true;
            driver.later(() -> tryPin(in, piece));
        }
    }

    private void tryPin(Context in, Piece piece) {
        try {
            pin(in, piece);
        } catch (GpuException e) {
            // The device is being given up; it will find the piece when it comes again.
            piece.in = null;
        }
    }

    private void pin(Context in, Piece piece) throws GpuException {
        if (isWanted(in, piece) && in.use(() -> Cuda.register(piece.address, piece.bytes))) {
            piece.in = in;
            enter(in, piece);
        }
    }

    private synchronized boolean isWanted(Context in, Piece piece) {
        return context == in && pieces.contains(piece);
    }

    private synchronized void enter(Context in, Piece piece) {
        if (isWanted(in, piece)) {
            pinned.put(piece.address, piece.address + piece.bytes);
        }
    }

    /** Unmaps a piece; at once where it was never to be pinned. */
    private void remove(Piece piece) {
        if (forget(piece)) {
            driver.later(() -> unpin(piece));
        } else {
            piece.of.close();
        }
    }

    private synchronized boolean forget(Piece piece) {
        pieces.remove(piece);
        pinned.remove(piece.address);
        return piece.handedOver;
    }

    private static void unpin(Piece piece) {
        var in = piece.in;
        try {
            if (in != null) {
                in.perform(() -> Cuda.unregister(piece.address));
            }
        } catch (GpuException e) {
            // The context ends, and the pin with it.
            piece.in = null;
        } finally {
            piece.of.close();
        }
    }

    /** A piece of host memory that is unpinned before it is unmapped. */
    private final class Piece implements Backing.Piece {
        final Backing.Piece of;
        final long address;
        final long bytes;
        /** Whether the driver's thread may be pinning it, or have done so. Guarded by the pins. */
        boolean handedOver;
        /** In which context it was pinned last. The driver's thread's. */
        @Nullable
        Context in;

        Piece(Backing.Piece of, long bytes) {
            this.of = of;
            this.address = MemorySegment.ofBuffer(of.buffer()).address();
            this.bytes = bytes;
        }

        @Override
        public ByteBuffer buffer() {
            return of.buffer();
        }

        @Override
        public int descriptor() {
            return of.descriptor();
        }

        @Override
        public boolean isKept() {
            return of.isKept();
        }

        @Override
        public boolean collapse(long offset) {
            return of.collapse(offset);
        }

        @Override
        public void close() {
            remove(this);
        }
    }
}
