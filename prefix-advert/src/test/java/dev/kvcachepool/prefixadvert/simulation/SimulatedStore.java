package dev.kvcachepool.prefixadvert.simulation;

import dev.kvcachepool.prefixadvert.publish.BlockListener;
import dev.kvcachepool.prefixadvert.publish.BlockSource;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What one process holds: the truth. */
final class SimulatedStore implements BlockSource {
    /** All blocks that anyone ever holds. */
    static final List<BlockId> BLOCKS = IntStream.range(0, 12)
            .mapToObj(number -> new BlockId(new Namespace(1 + number % 2), new BlockHash(number / 2, number)))
            .toList();

    private static final List<Tier> TIERS = List.of(Tier.GPU, Tier.HOST, Tier.DISK);

    private final Map<Integer, Tier> held = new TreeMap<>();
    private BlockListener listener = BlockListener.NONE;

    void listen(BlockListener to) {
        listener = to;
        held.keySet().forEach(number -> to.changed(BLOCKS.get(number)));
    }

    void change(Random random) {
        int number = random.nextInt(BLOCKS.size());
        if (random.nextInt(3) == 0) {
            held.remove(number);
        } else {
            held.put(number, TIERS.get(random.nextInt(TIERS.size())));
        }
        listener.changed(BLOCKS.get(number));
    }

    /** A process that starts again finds what was on disk. */
    SimulatedStore afterRestart() {
        var next = new SimulatedStore();
        held.forEach((number, tier) -> {
            if (tier == Tier.DISK) {
                next.held.put(number, tier);
            }
        });
        return next;
    }

    @Override
    public @Nullable BlockRow current(BlockId block) {
        var tier = held.get(BLOCKS.indexOf(block));
        return tier == null ? null : BlockRow.flat(tier.mask(), 1, RankSet.SINGLE, 1, 256, 0);
    }

    Map<Integer, Tier> held() {
        return held;
    }
}
