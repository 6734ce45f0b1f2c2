package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.ChildLabels.Component;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.Map;
import java.util.TreeMap;

/** What is noted on a cache-node's pod, so that a roll can tell what has to be restarted from what has not. */
public final class PodForm {
    /** Hash of the pod's specification without the cache-node's image. */
    public static final String SHAPE = "kvcachepool.dev/pod-shape";

    /** Hash of the settings that its process starts with. */
    public static final String SETTINGS = DesiredHash.CONFIG;

    /** How often its container had been restarted when it was given another image. */
    public static final String RESTARTS = "kvcachepool.dev/restarts-before";

    /** The container whose image may change while the pod stays. */
    public static final String CONTAINER = Component.CACHE_NODE.label();

    private PodForm() {}

    /** The annotations by which a pod's form is known. */
    static Map<String, String> annotations(PoolContext context, PodSpec spec) {
        var noted = new TreeMap<String, String>();
        noted.put(SHAPE, DesiredHash.ofObject(withoutImage(spec)));
        noted.put(SETTINGS, DesiredHash.of(NodeSettings.environment(context)));
        var wish = context.pool().getMetadata().getAnnotations() == null
                ? null
                : context.pool().getMetadata().getAnnotations().get(KVCachePool.RESTART_ANNOTATION);
        if (wish != null) {
            noted.put(KVCachePool.RESTART_ANNOTATION, wish);
        }
        var secrets = context.secrets().mark();
        if (secrets != null) {
            noted.put(SecretsMark.ON_PODS, secrets);
        }
        return noted;
    }

    private static PodSpec withoutImage(PodSpec spec) {
        return new PodSpecBuilder(spec)
                .editMatchingContainer(container -> container.getName().equals(CONTAINER))
                .withImage(null)
                .endContainer()
                .build();
    }
}
