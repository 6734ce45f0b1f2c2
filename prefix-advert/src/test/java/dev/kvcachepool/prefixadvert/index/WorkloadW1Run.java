package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Loads workload W1 into an index, asks its queries, and prints what that took. */
final class WorkloadW1Run {
    static final Namespace NAMESPACE = new Namespace(1);
    static final BlockRow ROW = BlockRow.flat(Tier.HOST.mask(), 1, RankSet.SINGLE, 1 << 20, 16, 0);
    static final HolderGroups GROUPS = new HolderGroups(
            IntStream.range(0, WorkloadW1.NODES)
                    .mapToObj(node -> new int[] {node})
                    .toList(),
            List.of(0));
    /** About 100 ms of writes. */
    private static final int SHUFFLED_TOGETHER = 500_000;

    private final WorkloadW1 workload;
    final FlatPrefixIndex index = new FlatPrefixIndex();

    /** Sums over all queries: the best node's prefix, and every node's. */
    record Sums(long best, long all) {}

    WorkloadW1Run(WorkloadW1 workload) {
        this.workload = workload;
    }

    /** Adds every event's blocks in order. */
    void load() {
        var nanos = 0L;
        for (var event : workload.events) {
            var ids = ids(event);
            var rows = rows(event);
            var start = System.nanoTime();
            for (int i = 0; i < ids.size(); i++) {
                index.put(event.node(), ids.get(i), rows.get(i));
            }
            nanos += System.nanoTime() - start;
        }
        report("in order", nanos);
    }

    /** Adds the same pairs, shuffled within windows: no parent comes before its child for sure. */
    void loadFlat() {
        var random = new WorkloadW1.Random(7);
        var nodes = new int[SHUFFLED_TOGETHER];
        var ids = new ArrayList<BlockId>(SHUFFLED_TOGETHER);
        var nanos = 0L;
        for (var event : workload.events) {
            for (var id : ids(event)) {
                nodes[ids.size()] = event.node();
                ids.add(id);
                if (ids.size() == SHUFFLED_TOGETHER) {
                    nanos += putShuffled(nodes, ids, random);
                }
            }
        }
        report("flat", nanos + putShuffled(nodes, ids, random));
    }

    private long putShuffled(int[] nodes, List<BlockId> ids, WorkloadW1.Random random) {
        var order = IntStream.range(0, ids.size()).toArray();
        for (int i = order.length - 1; i > 0; i--) {
            var other = random.next(i + 1);
            var swapped = order[i];
            order[i] = order[other];
            order[other] = swapped;
        }
        var start = System.nanoTime();
        for (int i : order) {
            index.put(nodes[i], ids.get(i), ROW);
        }
        var nanos = System.nanoTime() - start;
        ids.clear();
        return nanos;
    }

    private List<BlockId> ids(WorkloadW1.Event event) {
        var chain = workload.chain(event.session(), event.end());
        return Arrays.stream(chain, event.start(), event.end())
                .mapToObj(hash -> new BlockId(NAMESPACE, WorkloadW1.hash(hash)))
                .toList();
    }

    private List<BlockRow> rows(WorkloadW1.Event event) {
        var chain = workload.chain(event.session(), event.end());
        return IntStream.range(event.start(), event.end())
                .mapToObj(i -> new BlockRow(
                        Tier.HOST.mask(),
                        1,
                        RankSet.SINGLE,
                        1 << 20,
                        16,
                        0,
                        i == 0 ? null : WorkloadW1.hash(chain[i - 1]),
                        i))
                .toList();
    }

    Sums ask(String queries, int count) {
        once(queries, count);
        return once(queries, count);
    }

    private Sums once(String queries, int count) {
        var random = new WorkloadW1.Random(0xABCDEF);
        var nanos = new long[count];
        var lookup = index.lookup(GROUPS);
        var best = 0L;
        var all = 0L;
        for (int i = 0; i < count; i++) {
            var chain = WorkloadW1.hashes(workload.query(queries, random));
            var start = System.nanoTime();
            lookup.along(NAMESPACE, chain);
            var longest = 0;
            for (int group = 0; group < WorkloadW1.NODES; group++) {
                longest = Math.max(longest, lookup.blocks(group));
                all += lookup.blocks(group);
            }
            nanos[i] = System.nanoTime() - start;
            best += longest;
            index.tidy();
        }
        Arrays.sort(nanos);
        System.out.printf(
                "  %-5s n=%d p50 %.2f µs, p99 %.2f µs, %.0f a second%n",
                queries,
                count,
                nanos[count / 2] / 1e3,
                nanos[count * 99 / 100] / 1e3,
                count / (Arrays.stream(nanos).sum() / 1e9));
        return new Sums(best, all);
    }

    private void report(String how, long nanos) {
        System.out.printf(
                "W1 %s, S=%d: %d blocks, %d pairs, %.2f M pairs a second, %.1f bytes a block, %.1f a pair%n",
                how,
                workload.sessions,
                index.blocks(),
                index.pairs(),
                index.pairs() * 1e3 / nanos,
                (double) index.bytes() / index.blocks(),
                (double) index.bytes() / index.pairs());
    }
}
