package dev.kvcachepool.cachenode.gpu;

import dev.kvcachepool.cachenode.memory.Backing;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Host memory that a GPU copies from and to directly: every piece of the arena, pinned by the driver where it lets us. What is
 * not pinned is copied through a buffer. Thread-safe.
 */
final class HostPins {
    private final Set<Piece> pieces = ConcurrentHashMap.newKeySet();
    /** Ends of pinned ranges by their beginnings. */
    private final ConcurrentSkipListMap<Long, Long> pinned = new ConcurrentSkipListMap<>();

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
    synchronized void attach(Context next) throws GpuException {
        context = next;
        pinned.clear();
        for (var piece : pieces) {
            pin(next, piece);
        }
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
        if (context != null) {
            try {
                pin(context, piece);
            } catch (GpuException e) {
                // The device is being given up; it will find the piece when it comes again.
                pinned.remove(piece.address);
            }
        }
    }

    private void pin(Context in, Piece piece) throws GpuException {
        if (in.use(() -> Cuda.register(piece.address, piece.bytes))) {
            pinned.put(piece.address, piece.address + piece.bytes);
        }
    }

    private synchronized void remove(Piece piece) {
        pieces.remove(piece);
        var end = pinned.remove(piece.address);
        if (end != null && context != null) {
            try {
                context.perform(() -> Cuda.unregister(piece.address));
            } catch (GpuException e) {
                // The context ends, and the pin with it.
                pinned.remove(piece.address);
            }
        }
    }

    /** A piece of host memory that is unpinned before it is unmapped. */
    private final class Piece implements Backing.Piece {
        final Backing.Piece of;
        final long address;
        final long bytes;

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
            of.close();
        }
    }
}
