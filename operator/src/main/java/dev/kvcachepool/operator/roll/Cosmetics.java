package dev.kvcachepool.operator.roll;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.PodForm;
import dev.kvcachepool.operator.desired.SecretsMark;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Labels and annotations that users gave: put on running pods, which need no restart for them. One that is taken back stays. */
final class Cosmetics {
    private static final Set<String> OF_THE_FORM =
            Set.of(PodForm.SHAPE, PodForm.SETTINGS, PodForm.FORM, SecretsMark.ON_PODS, KVCachePool.RESTART_ANNOTATION);

    private final KubernetesClient client;
    private final Map<String, String> labels;
    private final Map<String, String> annotations;

    Cosmetics(KubernetesClient client, PodTemplateSpec template) {
        this.client = client;
        this.labels = orEmpty(template.getMetadata().getLabels());
        this.annotations = new TreeMap<>(orEmpty(template.getMetadata().getAnnotations()));
        this.annotations.keySet().removeAll(OF_THE_FORM);
    }

    /** The annotations that are not cosmetic, as new pods have them; null for what they don't have. */
    static Map<String, @Nullable String> form(PodTemplateSpec template) {
        var annotations = orEmpty(template.getMetadata().getAnnotations());
        var form = new TreeMap<String, @Nullable String>();
        OF_THE_FORM.forEach(name -> form.put(name, annotations.get(name)));
        return form;
    }

    void bringUpToDate(List<RollPod> pods) {
        for (var each : pods) {
            var meta = each.pod().getMetadata();
            var is = orEmpty(meta.getLabels()).entrySet().containsAll(labels.entrySet())
                    && orEmpty(meta.getAnnotations()).entrySet().containsAll(annotations.entrySet());
            if (!is && !each.ending()) {
                mark(each);
            }
        }
    }

    private void mark(RollPod each) {
        try {
            new PodChange(client, each.pod()).mark(labels, annotations);
        } catch (KubernetesClientException e) {
            // Read too early: its next version comes as an event.
            if (!PodChange.wasOfOldNews(e)) {
                throw e;
            }
        }
    }

    private static Map<String, String> orEmpty(Map<String, String> given) {
        return given == null ? Map.of() : given;
    }
}
