package dev.kvcachepool.e2e.runtime.cluster;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Every write of the runtime; answers go to the cache at once. Updates carry the resource version that they were
 * decided on, so a decision on an old state fails with a conflict and is taken again.
 */
public final class ClusterWriter {
    private final KubernetesClient client;
    private final ObjectCache cache;

    public ClusterWriter(KubernetesClient client, ObjectCache cache) {
        this.client = client;
        this.cache = cache;
    }

    /** Creates an object; one that is already there is left alone. */
    public void create(HasMetadata object) {
        try {
            cache.put(client.resource(object).create());
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    public void update(HasMetadata object) {
        cache.put(client.resource(object).update());
    }

    public void updateStatus(HasMetadata object) {
        cache.put(client.resource(object).updateStatus());
    }

    /** Deletes an object, a pod with the grace that it asks for; one that is gone already is fine. */
    public void delete(HasMetadata object) {
        delete(object, null);
    }

    /** Removes a pod whose containers have ended. */
    public void deleteNow(Pod pod) {
        delete(pod, 0L);
        if (pod.getMetadata().getFinalizers().isEmpty()) {
            cache.remove(pod);
        }
    }

    private void delete(HasMetadata object, @Nullable Long grace) {
        var resource = client.resource(object);
        if (grace == null) {
            var _ = resource.delete();
        } else {
            var _ = resource.withGracePeriod(grace).delete();
        }
        var known = cache.get(Key.of(object));
        if (known != null
                && known.getMetadata().getUid().equals(object.getMetadata().getUid())
                && known.getMetadata().getDeletionTimestamp() == null) {
            var marked = client.getKubernetesSerialization().clone(known);
            marked.getMetadata().setDeletionTimestamp(now());
            cache.put(marked);
        }
    }

    /** Gives a pod its node, as the scheduler does. */
    public void bind(Pod pod, String node) {
        var metadata = pod.getMetadata();
        var binding = new BindingBuilder()
                .withNewMetadata()
                .withName(metadata.getName())
                .withNamespace(metadata.getNamespace())
                .endMetadata()
                .withNewTarget()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(node)
                .endTarget()
                .build();
        var _ = client.raw(
                "/api/v1/namespaces/" + metadata.getNamespace() + "/pods/" + metadata.getName() + "/binding",
                "POST",
                client.getKubernetesSerialization().asJson(binding));
    }

    /** A deep copy that may be changed and written. */
    public <T extends HasMetadata> T copy(T object) {
        return client.getKubernetesSerialization().clone(object);
    }

    /** The time as Kubernetes writes it: UTC, whole seconds. */
    public static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
