package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.ChildLabels.Component;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is noted on a cache-node's pod, so that a roll can tell what has to be restarted from what has not. */
public final class PodForm {
    /** Hash of the pod's specification without the cache-node's image. */
    public static final String SHAPE = "kvcachepool.dev/pod-shape";

    /** Hash of the settings that its process starts with. */
    public static final String SETTINGS = DesiredHash.CONFIG;

    /** What its process shall have been started as: {@link #SETTINGS}, a point, and a hash of what else is read once. */
    public static final String FORM = "kvcachepool.dev/form";

    /** How often its container had been restarted when it was last to be restarted where it is. */
    public static final String RESTARTS = "kvcachepool.dev/restarts-before";

    /** When that was, as RFC 3339 says times. */
    public static final String TOLD = "kvcachepool.dev/restart-told";

    /** The container that may be restarted while the pod stays. */
    public static final String CONTAINER = Component.CACHE_NODE.label();

    private PodForm() {}

    /** The annotations by which a pod's form is known. */
    static Map<String, String> annotations(PoolContext context, PodSpec spec) {
        var noted = new TreeMap<String, String>();
        noted.put(SHAPE, DesiredHash.ofObject(withoutImage(spec)));
        var settings = DesiredHash.of(NodeSettings.environment(context));
        noted.put(SETTINGS, settings);
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
        var readOnce = Map.of("restart", orEmpty(wish), "secrets", orEmpty(secrets));
        noted.put(FORM, settings + "." + DesiredHash.of(readOnce));
        return noted;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static PodSpec withoutImage(PodSpec spec) {
        return new PodSpecBuilder(spec)
                .editMatchingContainer(container -> container.getName().equals(CONTAINER))
                .withImage(null)
                .endContainer()
                .build();
    }
}
