package dev.kvcachepool.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator observed.
 *
 * @param observedGeneration of the spec that this status speaks of
 * @param replicas cache-nodes that there shall be
 * @param selector of the cache-nodes' pods, in text, for autoscalers
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KVCachePoolStatus(
        @JsonPropertyDescription("Generation of the spec that this status speaks of.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription(
                "Cache-nodes that there shall be: spec.replicas, or the number of matching Kubernetes" + " nodes.")
        @StatusReplicas
        @Nullable
        Integer replicas,

        @JsonPropertyDescription("Cache-nodes that serve.") @Nullable
        Integer readyReplicas,

        @JsonPropertyDescription("Label selector of the cache-nodes' pods, for autoscalers.") @LabelSelector @Nullable
        String selector,

        @JsonPropertyDescription("Version of the operator that last brought the pool up to date.") @Nullable
        String version,

        @JsonPropertyDescription("Where the pool is reached inside the cluster.") @Nullable
        Endpoints endpoints,

        @JsonPropertyDescription(
                "Ready, Progressing, Degraded, AdvertsPublishing, StorageReady, Steerable," + " ReconciliationPaused.")
        List<Condition> conditions) {

    public KVCachePoolStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    /** Addresses inside the cluster, host:port or URL. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Endpoints(
            @JsonPropertyDescription("RESP, as host:port.") @Nullable
            String resp,

            @JsonPropertyDescription("lm://, as host:port; none where it is not served.") @Nullable
            String lm,

            @JsonPropertyDescription("The router's URL; none without a router.") @Nullable
            String router) {}
}
