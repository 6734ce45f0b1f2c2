package dev.kvcachepool.commandline;

import dev.kvcachepool.prefixadvert.publish.AdvertTables;
import dev.kvcachepool.prefixadvert.publish.TablePair;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of the tables that a pool moves to, for programs that advertise: a picocli mixin beside {@link AdvertFlags}. */
public final class NextTablesFlags {
    @Option(
            names = "--next-nodes-topic",
            paramLabel = "<topic>",
            converter = FlagTypes.TopicName.class,
            description = "while the pool moves to other topics: what is held is advertised there as well")
    @Nullable
    String nodesTopic;

    @Option(
            names = "--next-blocks-topic",
            paramLabel = "<topic>",
            converter = FlagTypes.TopicName.class,
            description = "goes with --next-nodes-topic")
    @Nullable
    String blocksTopic;

    @Option(
            names = "--next-advert-partitions",
            paramLabel = "<count>",
            converter = FlagTypes.Count.class,
            description = "of these, where nobody has made them yet; default 4")
    int partitions = 4;

    /**
     * The tables that a pool has now, and those that it moves to where flags name them.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    public AdvertTables tables(AdvertFlags now, String pool) {
        var current = new TablePair(now.topics(pool), now.partitions(), now.replication());
        if (nodesTopic == null && blocksTopic == null) {
            return AdvertTables.of(current);
        }
        if (nodesTopic == null || blocksTopic == null) {
            throw nodesTopic == null
                    ? bad("--next-blocks-topic", blocksTopic, "needs --next-nodes-topic")
                    : bad("--next-nodes-topic", nodesTopic, "needs --next-blocks-topic");
        }
        var used = Set.of(current.topics().nodes(), current.topics().blocks());
        if (used.contains(nodesTopic)) {
            throw bad("--next-nodes-topic", nodesTopic, "is a topic of the pool already; allowed is another");
        }
        if (used.contains(blocksTopic) || blocksTopic.equals(nodesTopic)) {
            throw bad("--next-blocks-topic", blocksTopic, "has a use already; allowed is another topic");
        }
        return new AdvertTables(
                current, new TablePair(new AdvertTopics(nodesTopic, blocksTopic), partitions, now.replication()));
    }

    private static IllegalArgumentException bad(String flag, @Nullable String value, String what) {
        return new IllegalArgumentException("Invalid value for option '" + flag + "': '" + value + "' " + what);
    }
}
