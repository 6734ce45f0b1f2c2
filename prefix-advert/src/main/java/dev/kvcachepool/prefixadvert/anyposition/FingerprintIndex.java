package dev.kvcachepool.prefixadvert.anyposition;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Which stored chunks occur anywhere in a query, by a rolling {@link Fingerprint}, each verified token by token. Bounded:
 * when full, the texts least used go. It holds nothing off or on the heap to speak of until something is stored.
 *
 * <ul>
 *   <li>Chunks of one text after different prefixes share its tokens; four are kept, the newest.
 *   <li>Of different texts with one fingerprint four are kept, so that a flood of them slows no query down: a window costs at
 *       most four comparisons.
 *   <li>What one namespace stores is never found in, nor takes the place of a fingerprint from, another one.
 * </ul>
 *
 * Thread-safe. Writers take turns; readers never wait, and see a chunk that is written meanwhile before or after.
 */
public final class FingerprintIndex implements StoredTokens {
    /** The least that it can do with. */
    public static final long LEAST_BYTES = 4 << 20;

    private static final int SLAB_BYTES = 1 << 20;

    private final TextStore store;
    private final LongSupplier nanoTime;
    private final long start;
    private final LongAdder lookups = new LongAdder();
    private final LongAdder taken = new LongAdder();
    private final LongAdder verifiedMisses = new LongAdder();
    private final LongAdder forgotten = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private int nextToCheck;

    /**
     * An empty index.
     *
     * @param maxBytes {@link #LEAST_BYTES} at least
     */
    public FingerprintIndex(long maxBytes, LongSupplier nanoTime) {
        this(maxBytes, SLAB_BYTES, nanoTime);
        if (maxBytes < LEAST_BYTES) {
            throw new IllegalArgumentException(maxBytes + " bytes are too few; give " + LEAST_BYTES + " at least");
        }
    }

    FingerprintIndex(long maxBytes, int slabBytes, LongSupplier nanoTime) {
        this.store = new TextStore(maxBytes, slabBytes);
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /** {@inheritDoc} Refuses, and counts, what is empty, longer than 65,000 tokens, or of unknown position. */
    @Override
    public void stored(BlockId chunk, BlockHash rest, int[] tokens, int position) {
        if (tokens.length == 0 || tokens.length > store.longest() || position < 0) {
            refused.increment();
            return;
        }
        synchronized (store) {
            store.put(chunk.namespace(), new StoredChunk(chunk.hash(), rest, position), tokens, second());
        }
    }

    /**
     * Offers the chunks of {@code window} tokens that occur in a query, from left to right; what is taken covers its tokens,
     * so that what is offered next begins after it.
     *
     * @param from position to begin at
     * @param most chunks to take, at least one
     * @return how many tokens were looked through: all, unless {@code most} were taken before
     */
    public int lookup(Namespace namespace, int[] tokens, int from, int window, int most, ChunkTaker taker) {
        if (window <= 0) {
            throw new IllegalArgumentException("a window of " + window + " tokens");
        }
        var search = new Search(store, namespace.id(), tokens, window, taker);
        int end = search.run(from, most);
        lookups.increment();
        taken.add(search.taken());
        verifiedMisses.add(search.verifiedMisses());
        return end;
    }

    /**
     * Forgets those chunks of a share of the index that nobody holds; the next call takes the next share.
     *
     * @param grace how long after it was stored a chunk stays anyway: it may be held before it is known to be
     * @param shares calls that go once through all
     * @param held which of some chunks somebody holds; called without a lock
     */
    public void forgetUnheld(Duration grace, int shares, Function<List<BlockId>, BitSet> held) {
        int slabs = Math.ceilDiv(store.slabs().allocated(), shares);
        for (int i = 0; i < slabs; i++) {
            List<TextStore.Placed> old;
            synchronized (store) {
                nextToCheck = (nextToCheck + 1) % store.slabs().allocated();
                old = store.storedBefore(second() - (int) grace.toSeconds(), nextToCheck);
            }
            if (!old.isEmpty()) {
                forget(old, held.apply(old.stream().map(TextStore.Placed::chunk).toList()));
            }
        }
    }

    private void forget(List<TextStore.Placed> chunks, BitSet held) {
        synchronized (store) {
            for (int i = held.nextClearBit(0); i < chunks.size(); i = held.nextClearBit(i + 1)) {
                if (store.remove(chunks.get(i).place(), chunks.get(i).chunk())) {
                    forgotten.increment();
                }
            }
        }
    }

    public AnyPositionStats stats() {
        return new AnyPositionStats(
                store.chunks(),
                store.table().live(),
                store.bytes(),
                lookups.sum(),
                taken.sum(),
                verifiedMisses.sum(),
                store.evicted(),
                forgotten.sum(),
                refused.sum());
    }

    private int second() {
        return (int) TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - start);
    }
}
