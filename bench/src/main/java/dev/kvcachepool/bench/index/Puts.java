package dev.kvcachepool.bench.index;

import dev.kvcachepool.bench.index.Workload.Event;
import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.wire.BlockChain;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;

/**
 * Writes that wait in arrays, as records do in what a reader has fetched: the index's calls are timed with what it takes to
 * make an id and a row for each, and without memory that the benchmark itself would wait for.
 */
final class Puts {
    /** About 100 ms of writes. */
    private static final int MOST = 500_000;

    /** As a reader of the log does. */
    static final int EXPECTED_TOGETHER = 24;

    private static final int LONGS = 4;

    private final boolean withParents;
    private final int[] nodes = new int[MOST];
    private final int[] positions = new int[MOST];
    private final long[] hashes = new long[MOST * LONGS];
    private int size;

    /** None yet; each row with its block's parent, or none. */
    Puts(boolean withParents) {
        this.withParents = withParents;
    }

    boolean hasRoomFor(Event event) {
        return size + event.end() - event.start() <= MOST;
    }

    void add(Event event, BlockChain chain) {
        for (int block = event.start(); block < event.end(); block++) {
            nodes[size] = event.node();
            positions[size] = block;
            hashes[size * LONGS] = chain.high(block);
            hashes[size * LONGS + 1] = chain.low(block);
            hashes[size * LONGS + 2] = block == 0 ? 0 : chain.high(block - 1);
            hashes[size * LONGS + 3] = block == 0 ? 0 : chain.low(block - 1);
            size++;
        }
    }

    void shuffle(Workload.Random random) {
        for (int i = size - 1; i > 0; i--) {
            swap(i, random.next(i + 1));
        }
    }

    private void swap(int one, int other) {
        int node = nodes[one];
        nodes[one] = nodes[other];
        nodes[other] = node;
        int position = positions[one];
        positions[one] = positions[other];
        positions[other] = position;
        for (int i = 0; i < LONGS; i++) {
            long half = hashes[one * LONGS + i];
            hashes[one * LONGS + i] = hashes[other * LONGS + i];
            hashes[other * LONGS + i] = half;
        }
    }

    /** Writes all to {@code index}; there are none afterwards. */
    void into(FlatPrefixIndex index) {
        for (int from = 0; from < size; from += EXPECTED_TOGETHER) {
            int to = Math.min(size, from + EXPECTED_TOGETHER);
            for (int i = from; i < to; i++) {
                index.expect(id(i));
            }
            for (int i = from; i < to; i++) {
                index.put(nodes[i], id(i), row(i));
            }
        }
        size = 0;
    }

    private BlockId id(int at) {
        return new BlockId(Filled.NAMESPACE, new BlockHash(hashes[at * LONGS], hashes[at * LONGS + 1]));
    }

    private BlockRow row(int at) {
        if (!withParents) {
            return Filled.row();
        }
        var parent = positions[at] == 0 ? null : new BlockHash(hashes[at * LONGS + 2], hashes[at * LONGS + 3]);
        return Filled.row(parent, positions[at]);
    }
}
