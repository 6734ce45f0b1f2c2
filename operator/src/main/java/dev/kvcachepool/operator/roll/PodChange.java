package dev.kvcachepool.operator.roll;

import dev.kvcachepool.operator.desired.PodForm;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a roll does to one pod as it was read: a later one of its name, or one that changed since, is refused as a conflict. */
final class PodChange {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient client;
    private final Pod pod;

    PodChange(KubernetesClient client, Pod pod) {
        this.client = client;
        this.pod = pod;
    }

    /** Whether the API server refused a change as the pod is gone, or another than was read. */
    static boolean wasOfOldNews(KubernetesClientException refusal) {
        return refusal.getCode() == HttpURLConnection.HTTP_CONFLICT
                || refusal.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
    }

    /**
     * Has the cache-node's container restarted, and nothing else of the pod: by the kubelet where its image is another, else by
     * the node, which hears of the new form.
     *
     * @param form annotations of the form that it shall have; what is null is taken away
     * @param restarts to be noted: how many there were
     */
    void restart(String image, Map<String, @Nullable String> form, int restarts, Instant now) {
        var annotations = new TreeMap<String, @Nullable String>(form);
        annotations.put(PodForm.RESTARTS, Integer.toString(restarts));
        annotations.put(PodForm.TOLD, now.truncatedTo(ChronoUnit.SECONDS).toString());
        patch(Map.of("annotations", annotations), hasImage(image) ? Map.of() : withImage(image));
    }

    private boolean hasImage(String image) {
        return pod.getSpec().getContainers().stream()
                .anyMatch(container ->
                        container.getName().equals(PodForm.CONTAINER) && image.equals(container.getImage()));
    }

    private Map<String, Object> withImage(String image) {
        List<Container> containers = pod.getSpec().getContainers().stream()
                .map(container -> container.getName().equals(PodForm.CONTAINER)
                        ? new ContainerBuilder(container).withImage(image).build()
                        : container)
                .toList();
        return Map.of("containers", containers);
    }

    /** Adds labels and annotations, which no process notices. */
    void mark(Map<String, String> labels, Map<String, String> annotations) {
        patch(Map.of("labels", labels, "annotations", annotations), Map.of());
    }

    private void patch(Map<String, Object> metadata, Map<String, Object> spec) {
        var known = new TreeMap<>(metadata);
        known.put("resourceVersion", pod.getMetadata().getResourceVersion());
        var patch = spec.isEmpty() ? Map.of("metadata", known) : Map.of("metadata", known, "spec", spec);
        resource().patch(MERGE, client.getKubernetesSerialization().asJson(patch));
    }

    /** Evicts the pod; false where its budget doesn't allow that now. */
    boolean evict() {
        return resource()
                .evict(new EvictionBuilder()
                        .withNewMetadata()
                        .withName(pod.getMetadata().getName())
                        .withNamespace(pod.getMetadata().getNamespace())
                        .endMetadata()
                        .withDeleteOptions(new DeleteOptionsBuilder()
                                .withNewPreconditions()
                                .withUid(pod.getMetadata().getUid())
                                .endPreconditions()
                                .build())
                        .build());
    }

    /** Deletes a pod that serves nobody, which no budget is asked about. */
    void delete() {
        client.resource(pod)
                .lockResourceVersion(pod.getMetadata().getResourceVersion())
                .delete();
    }

    private PodResource resource() {
        return client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName());
    }
}
