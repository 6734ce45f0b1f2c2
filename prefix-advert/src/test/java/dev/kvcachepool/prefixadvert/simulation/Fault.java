package dev.kvcachepool.prefixadvert.simulation;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** What goes wrong, each with its weight. */
enum Fault {
    BROKER_AWAY(3),
    BROKER_BACK(8),
    /** Nothing committed is lost, as Kafka promises with {@code acks=all}. */
    ANOTHER_LEADER(6),
    /** A leader that had not heard of the newest records, or lost its disk's last seconds. */
    COMMITTED_LOST(2),
    COMPACTED(10),
    EMPTIED(1),
    MADE_ANEW(1),
    GROWN(1),
    KILLED(6),
    /** A process stands still, and another is started under its name. */
    ZOMBIE(3),
    AWAKE(3),
    READER_PAUSED(4),
    READERS_AWAKE(3),
    READER_RESTARTED(2),
    TIME_PASSES(6),
    /** Somebody asks a router to say that those are Gone who are silent, right or wrong. */
    DECLARED_GONE(3),
    SWEPT(4),
    /** So much time passes that the cleaner drops all tombstones. */
    TOMBSTONES_DROPPED(4);

    /**
     * What a seed has one side of only. A topic's partitions are not to change; where they do, rows in a partition that is no
     * longer the holder's are known by the node row of their incarnation alone, so that must not be lost as well, nor a clock step back.
     */
    private static final Set<Fault> LOSSES = EnumSet.of(COMMITTED_LOST, EMPTIED, MADE_ANEW);

    private final int weight;

    Fault(int weight) {
        this.weight = weight;
    }

    /** Those of one seed. */
    static List<Fault> some(Random random) {
        boolean grows = random.nextInt(4) == 0;
        return Arrays.stream(values())
                .filter(fault -> grows ? !LOSSES.contains(fault) : fault != GROWN)
                .toList();
    }

    static Fault any(List<Fault> some, Random random) {
        int left = random.nextInt(some.stream().mapToInt(fault -> fault.weight).sum());
        for (var fault : some) {
            left -= fault.weight;
            if (left < 0) {
                return fault;
            }
        }
        throw new AssertionError("weights");
    }
}
