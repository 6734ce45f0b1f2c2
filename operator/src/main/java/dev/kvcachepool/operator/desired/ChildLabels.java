package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.KVCachePool;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The labels of children, as Kubernetes recommends them. */
public final class ChildLabels {
    public static final String INSTANCE = "app.kubernetes.io/instance";
    public static final String COMPONENT = "app.kubernetes.io/component";
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String OPERATOR = "kvcachepool-operator";

    /** Label of engines' pods that have a cache-node in them, with the pool's name. */
    public static final String SIDECAR = "kvcachepool.dev/sidecar-of";

    /** Selects every child of every pool. */
    public static final String OURS = MANAGED_BY + "=" + OPERATOR;

    private static final String NAME = "app.kubernetes.io/name";
    private static final String APPLICATION = "kvcachepool";

    private ChildLabels() {}

    /** What a part of a pool is. */
    public enum Component {
        CACHE_NODE("cache-node"),
        ROUTER("router");

        private final String label;

        Component(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    /** Of a child. */
    static Map<String, String> of(KVCachePool pool, Component component) {
        var labels = selector(pool, component);
        labels.put(MANAGED_BY, OPERATOR);
        return labels;
    }

    /** The part of them that never changes, by which pods are selected. */
    static Map<String, String> selector(KVCachePool pool, Component component) {
        var labels = new LinkedHashMap<String, String>();
        labels.put(NAME, APPLICATION);
        labels.put(INSTANCE, pool.getMetadata().getName());
        labels.put(COMPONENT, component.label());
        return labels;
    }

    /** What all parts of a pool have in common. */
    static Map<String, String> ofPool(KVCachePool pool) {
        // In a fixed order, as a child's hash is that of its text.
        var labels = new LinkedHashMap<String, String>();
        labels.put(NAME, APPLICATION);
        labels.put(INSTANCE, pool.getMetadata().getName());
        return labels;
    }

    /** The operator's own pods, however it was installed. */
    static Map<String, String> ofOperator() {
        var labels = new LinkedHashMap<String, String>();
        labels.put(NAME, APPLICATION);
        labels.put(COMPONENT, "operator");
        return labels;
    }

    /** The selector of the cache-nodes' pods as text. */
    public static String nodeSelectorText(KVCachePool pool) {
        return selector(pool, Component.CACHE_NODE).entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(","));
    }
}
