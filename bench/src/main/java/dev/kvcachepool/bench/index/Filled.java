package dev.kvcachepool.bench.index;

import com.sun.management.OperatingSystemMXBean;
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
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An index with a workload in it. Times are of the index's own calls; what they are given is made before. */
public final class Filled {
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    static final Namespace NAMESPACE = new Namespace(1);
    private static final int BYTES = 1 << 20;
    private static final int TOKENS = 16;
    private static final int REMOVED_OF = 200;

    final Workload workload;
    final FlatPrefixIndex index = new FlatPrefixIndex();
    private long nanos;
    private long cpuNanos;

    private Filled(Workload workload) {
        this.workload = workload;
    }

    /** Event by event, each block with its parent, as engines' events tell them. */
    public static Filled inOrder(Workload workload) {
        return filled(workload, new Puts(true), puts -> {});
    }

    /** The same pairs without parents, shuffled within windows: as the adverts of a store that speaks RESP come. */
    public static Filled flat(Workload workload) {
        var random = new Workload.Random(7);
        return filled(workload, new Puts(false), puts -> puts.shuffle(random));
    }

    private static Filled filled(Workload workload, Puts puts, Consumer<Puts> order) {
        var filled = new Filled(workload);
        for (var event : workload.events) {
            if (!puts.hasRoomFor(event)) {
                order.accept(puts);
                filled.put(puts);
            }
            puts.add(event, workload.chain(event.session(), event.end()));
        }
        order.accept(puts);
        filled.put(puts);
        return filled;
    }

    static BlockRow row() {
        return BlockRow.flat(Tier.HOST.mask(), 1, RankSet.SINGLE, BYTES, TOKENS, 0);
    }

    static BlockRow row(@Nullable BlockHash parent, int position) {
        return new BlockRow(Tier.HOST.mask(), 1, RankSet.SINGLE, BYTES, TOKENS, 0, parent, position);
    }

    private void put(Puts puts) {
        long cpu = PROCESS.getProcessCpuTime();
        long start = System.nanoTime();
        puts.into(index);
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
