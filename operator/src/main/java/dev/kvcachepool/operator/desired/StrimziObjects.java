package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Adverts;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What Strimzi is asked for: a KafkaTopic for each advert topic and a KafkaUser for the pool's cache-nodes and routers. They are
 * of the pool's namespace, for the KafkaUser's Secret is made beside it and pods read Secrets of their own namespace only.
 *
 * @param apiVersion that the cluster serves
 * @param cluster of Strimzi's
 */
public record StrimziObjects(PoolContext context, String apiVersion, String cluster) {
    /** Of Strimzi's kinds. */
    public static final String GROUP = "kafka.strimzi.io";

    /** By which Strimzi's operators know whose a topic or user is. */
    static final String CLUSTER_LABEL = "strimzi.io/cluster";

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,250}[a-z0-9])?");
    private static final int REPLICAS_TO_LOSE_ONE = 3;
    private static final List<String> ROWS = List.of("Describe", "DescribeConfigs", "Read", "Write");
    private static final List<String> EVENTS = List.of("Describe", "Read", "Write");

    /**
     * The topics: those of the pool, and those that it moves to.
     *
     * @param settings that the tables need
     */
    public List<GenericKubernetesResource> topics(Map<String, String> settings) {
        var adverts = context.spec().adverts();
        var topics = PoolContext.topics(context.pool());
        var all = new ArrayList<>(List.of(
                topic(topics.nodes(), adverts.partitions(), settings),
                topic(topics.blocks(), adverts.partitions(), settings)));
        var next = adverts.next();
        if (next != null) {
            all.add(topic(next.nodes(), next.partitions(), settings));
            all.add(topic(next.blocks(), next.partitions(), settings));
        }
        return all;
    }

    private GenericKubernetesResource topic(String name, int partitions, Map<String, String> settings) {
        var replication = context.spec().adverts().replication();
        var config = new TreeMap<String, Object>(settings);
        var spec = new TreeMap<String, Object>();
        spec.put("topicName", name);
        spec.put("partitions", partitions);
        if (replication != null) {
            spec.put("replicas", replication);
            if (replication >= REPLICAS_TO_LOSE_ONE) {
                config.put("min.insync.replicas", "2");
            }
        }
        spec.put("config", config);
        return object("KafkaTopic", resourceName(name), spec);
    }

    /** Topics' names may have signs that resources' may not; then a hash of them keeps two apart. */
    static String resourceName(String topic) {
        return NAME.matcher(topic).matches()
                ? topic
                : "t-" + topic.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + "-"
                        + DesiredHash.of(Map.of("topic", topic));
    }

    /**
     * The user.
     *
     * @param authorized whether the cluster checks access lists; one that does not refuses users that have any
     */
    public GenericKubernetesResource user(boolean authorized) {
        var spec = new TreeMap<String, Object>();
        spec.put("authentication", Map.of("type", "scram-sha-512"));
        if (authorized) {
            spec.put("authorization", new TreeMap<>(Map.of("type", "simple", "acls", accessList())));
        }
        return object("KafkaUser", context.names().kafkaUser(), spec);
    }

    /** Nothing but the rows, the group in which routers agree on who sweeps, and LMCache's events where they are wanted. */
    private List<Map<String, Object>> accessList() {
        var adverts = context.spec().adverts();
        var topics = PoolContext.topics(context.pool());
        var list = new ArrayList<Map<String, Object>>();
        list.add(access("topic", topics.nodes(), ROWS));
        list.add(access("topic", topics.blocks(), ROWS));
        list.add(access("group", topics.nodes() + ".sweeper", List.of("Describe", "Read")));
        next(adverts, list);
        var events = context.spec().bridges().lmcacheEvents();
        if (events != null) {
            list.add(access("topic", events.topic(), EVENTS));
        }
        return list;
    }

    private static void next(Adverts adverts, List<Map<String, Object>> list) {
        var next = adverts.next();
        if (next != null) {
            list.add(access("topic", next.nodes(), ROWS));
            list.add(access("topic", next.blocks(), ROWS));
            list.add(access("group", next.nodes() + ".sweeper", List.of("Describe", "Read")));
        }
    }

    private static Map<String, Object> access(String type, String name, List<String> operations) {
        return new TreeMap<>(Map.of(
                "resource",
                new TreeMap<>(Map.of("type", type, "name", name, "patternType", "literal")),
                "operations",
                operations));
    }

    private GenericKubernetesResource object(String kind, String name, Map<String, Object> spec) {
        return new GenericKubernetesResourceBuilder()
                .withApiVersion(apiVersion)
                .withKind(kind)
                .withMetadata(context.metadata(name, ChildLabels.Component.CACHE_NODE))
                .editMetadata()
                .addToLabels(CLUSTER_LABEL, cluster)
                .withOwnerReferences(owner(context))
                .endMetadata()
                .addToAdditionalProperties("spec", spec)
                .build();
    }

    /** A topic may have several pools; it goes with the last. */
    static OwnerReference owner(PoolContext context) {
        return new OwnerReferenceBuilder()
                .withApiVersion(context.pool().getApiVersion())
                .withKind(context.pool().getKind())
                .withName(context.name())
                .withUid(context.uid())
                .build();
    }
}
