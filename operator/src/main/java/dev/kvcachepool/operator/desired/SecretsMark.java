package dev.kvcachepool.operator.desired;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a workload has noted of the Secrets that its pods read once, at their start: Kafka's credentials and CA, the salt key.
 * Another content makes another mark on its pods, and so new pods. A workload that has seen none yet notes what there is and
 * marks nothing: neither a new pool nor one of an older operator's is restarted for that.
 *
 * @param seen digest of what was there last; null before the first
 * @param mark what pods bear; null until the Secrets were changed
 */
public record SecretsMark(@Nullable String seen, @Nullable String mark) {
    /** On pods, and on the templates that they are made of: which Secrets they have read. */
    public static final String ON_PODS = "kvcachepool.dev/secrets";

    /** Nothing was seen yet. */
    public static final SecretsMark NONE = new SecretsMark(null, null);

    private static final String ON_WORKLOAD = "kvcachepool.dev/secrets-seen";

    /**
     * A digest of what Secrets say.
     *
     * @param value null while not all of them could be read: then what there is stays as it is
     */
    public record Digest(@Nullable String value) {}

    /**
     * What is to be noted from now on.
     *
     * @param workload as it is; null where there is none
     * @param template of its pods; null where there is none
     */
    static SecretsMark next(@Nullable HasMetadata workload, @Nullable PodTemplateSpec template, Digest now) {
        var seen = workload == null ? null : annotation(workload.getMetadata(), ON_WORKLOAD);
        var mark = template == null ? null : annotation(template.getMetadata(), ON_PODS);
        if (now.value == null || now.value.equals(seen)) {
            return new SecretsMark(seen, mark);
        }
        return new SecretsMark(now.value, seen == null ? mark : now.value);
    }

    private static @Nullable String annotation(@Nullable ObjectMeta meta, String name) {
        return meta == null || meta.getAnnotations() == null
                ? null
                : meta.getAnnotations().get(name);
    }

    /** Adds what the workload itself bears. */
    <R extends HasMetadata> R noteOn(R workload) {
        if (seen != null) {
            workload.getMetadata().setAnnotations(with(workload.getMetadata().getAnnotations(), ON_WORKLOAD, seen));
        }
        return workload;
    }

    /** Adds what pods bear. */
    @Nullable
    Map<String, String> onPods(@Nullable Map<String, String> annotations) {
        return mark == null ? annotations : with(annotations, ON_PODS, mark);
    }

    private static Map<String, String> with(@Nullable Map<String, String> annotations, String name, String value) {
        var all = new TreeMap<>(Objects.requireNonNullElse(annotations, Map.<String, String>of()));
        all.put(name, value);
        return all;
    }
}
