package dev.kvcachepool.bench.index;

import com.sun.management.OperatingSystemMXBean;
import dev.kvcachepool.bench.index.Workload.Event;
import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.index.HolderGroups;
import dev.kvcachepool.prefixadvert.index.PrefixLookup;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** An index with a workload in it. Times are of the index's own calls; what they are given is made before. */
public final class Filled {
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    static final Namespace NAMESPACE = new Namespace(1);
    private static final int BYTES = 1 << 20;
    private static final int TOKENS = 16;
    /** About 100 ms of writes. */
    private static final int SHUFFLED_TOGETHER = 500_000;

    private static final int REMOVED_OF = 200;
    /** As a reader of the log does. */
    private static final int EXPECTED_TOGETHER = 24;

    final Workload workload;
    final FlatPrefixIndex index = new FlatPrefixIndex();
    private long nanos;
    private long cpuNanos;

    /** One block for one node. */
    private record Put(int node, BlockId block, BlockRow row) {
        Put copy() {
            var hash = block.hash();
            return new Put(node, new BlockId(NAMESPACE, new BlockHash(hash.high(), hash.low())), row());
        }
    }

    private Filled(Workload workload) {
        this.workload = workload;
    }

    /** Event by event, each block with its parent, as engines' events tell them. */
    public static Filled inOrder(Workload workload) {
        var filled = new Filled(workload);
        for (var event : workload.events) {
            filled.put(puts(workload, event, true));
        }
        return filled;
    }

    /** The same pairs without parents, shuffled within windows: as the adverts of a store that speaks RESP come. */
    public static Filled flat(Workload workload) {
        var filled = new Filled(workload);
        var random = new Workload.Random(7);
        var window = new ArrayList<Put>(SHUFFLED_TOGETHER);
        for (var event : workload.events) {
            for (var put : puts(workload, event, false)) {
                window.add(put);
                if (window.size() == SHUFFLED_TOGETHER) {
                    filled.put(shuffled(window, random));
                    window.clear();
                }
            }
        }
        filled.put(shuffled(window, random));
        return filled;
    }

    /** Copies, which lie in memory in the order in which they come, as what a reader has just decoded does. */
    private static List<Put> shuffled(List<Put> window, Workload.Random random) {
        for (int i = window.size() - 1; i > 0; i--) {
            window.set(i, window.set(random.next(i + 1), window.get(i)));
        }
        return window.stream().map(Put::copy).toList();
    }

    private static List<Put> puts(Workload workload, Event event, boolean withParents) {
        var chain = workload.chain(event.session(), event.end());
        return IntStream.range(event.start(), event.end())
                .mapToObj(block -> new Put(
                        event.node(),
                        new BlockId(NAMESPACE, chain.get(block)),
                        withParents ? row(chain, block) : row()))
                .toList();
    }

    static BlockRow row() {
        return BlockRow.flat(Tier.HOST.mask(), 1, RankSet.SINGLE, BYTES, TOKENS, 0);
    }

    static BlockRow row(List<BlockHash> chain, int block) {
        var parent = block == 0 ? null : chain.get(block - 1);
        return new BlockRow(Tier.HOST.mask(), 1, RankSet.SINGLE, BYTES, TOKENS, 0, parent, block);
    }

    private void put(List<Put> puts) {
        long cpu = PROCESS.getProcessCpuTime();
        long start = System.nanoTime();
        for (int from = 0; from < puts.size(); from += EXPECTED_TOGETHER) {
            var some = puts.subList(from, Math.min(puts.size(), from + EXPECTED_TOGETHER));
            for (var put : some) {
                index.expect(put.block);
            }
            for (var put : some) {
                index.put(put.node, put.block, put.row);
            }
        }
        nanos += System.nanoTime() - start;
        cpuNanos += PROCESS.getProcessCpuTime() - cpu;
    }

    double seconds() {
        return nanos / 1e9;
    }

    /** Of the whole process, with what its collector does meanwhile. */
    double cpuSeconds() {
        return cpuNanos / 1e9;
    }

    public FlatPrefixIndex index() {
        return index;
    }

    /** A group a node. */
    PrefixLookup lookup() {
        var groups = IntStream.range(0, workload.nodes)
                .mapToObj(node -> new int[] {node})
                .toList();
        return index.lookup(new HolderGroups(groups, List.of(0)));
    }

    /** Takes one of {@value #REMOVED_OF} blocks behind the system prompts from its node, as eviction does; tells {@code truth}. */
    void evictSome(Truth truth) {
        var random = new Workload.Random(11);
        for (var event : workload.events) {
            var chain = workload.chain(event.session(), event.end());
            for (int block = Math.max(Workload.SYSTEM_BLOCKS, event.start()); block < event.end(); block++) {
                if (random.next(REMOVED_OF) == 0) {
                    index.remove(event.node(), new BlockId(NAMESPACE, chain.get(block)));
                    truth.remove(event.session(), event.node(), block);
                }
            }
        }
    }
}
