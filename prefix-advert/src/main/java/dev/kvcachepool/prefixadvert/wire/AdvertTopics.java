package dev.kvcachepool.prefixadvert.wire;

import java.util.regex.Pattern;

/**
 * The names of a pool's two topics.
 *
 * @param nodes of the nodes table
 * @param blocks of the blocks table
 */
public record AdvertTopics(String nodes, String blocks) {
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,100}");

    public AdvertTopics {
        require("nodes", nodes);
        require("blocks", blocks);
    }

    private static void require(String table, String topic) {
        if (!isTopic(topic)) {
            throw new IllegalArgumentException("topic of the " + table + " table is '" + topic
                    + "', allowed are at most 249 letters, digits, dots, dashes and underscores");
        }
    }

    /** Whether Kafka allows a topic of this name. */
    public static boolean isTopic(String name) {
        return TOPIC.matcher(name).matches() && !name.equals(".") && !name.equals("..");
    }

    /**
     * The default names, {@code kvcachepool.<namespace>.<pool>.nodes} and {@code ….blocks}.
     *
     * @param pool {@code namespace/name}, or a name alone for namespace {@code default}
     * @throws IllegalArgumentException if a part cannot be part of a topic's name
     */
    public static AdvertTopics ofPool(String pool) {
        var slash = pool.indexOf('/');
        var namespace = slash < 0 ? "default" : pool.substring(0, slash);
        var name = pool.substring(slash + 1);
        if (!NAME.matcher(namespace).matches() || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "pool is '" + pool
                            + "', allowed is [namespace/]name of at most 100 letters, digits, dots, dashes and underscores each");
        }
        var prefix = "kvcachepool." + namespace + "." + name;
        return new AdvertTopics(prefix + ".nodes", prefix + ".blocks");
    }
}
