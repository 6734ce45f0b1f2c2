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
 * @param version of the operator that wrote this
 * @param lastAppliedVersion of the operator that last brought the pool up to date
 * @param autoscaling null where people choose the number of cache-nodes
 * @param hitRatio percent; null where no request was steered of late
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record KVCachePoolStatus(
        @JsonPropertyDescription("Generation of the spec that this status speaks of.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription(
                "Cache-nodes that there shall be: spec.replicas, what autoscaling has decided on, or the number of matching"
                        + " Kubernetes nodes.")
        @StatusReplicas
        @Nullable
        Integer replicas,

        @JsonPropertyDescription("Cache-nodes that serve.") @Nullable
        Integer readyReplicas,

        @JsonPropertyDescription("Label selector of the cache-nodes' pods, for autoscalers.") @LabelSelector @Nullable
        String selector,

        @JsonPropertyDescription("Version of the operator that looks after the pool.") @Nullable
        String version,

        @JsonPropertyDescription("Version of the operator that last brought the pool up to date.") @Nullable
        String lastAppliedVersion,

        @JsonPropertyDescription("Where the pool is reached inside the cluster.") @Nullable
        Endpoints endpoints,

        @JsonPropertyDescription("The Kafka topic in which cache-nodes advertise their blocks.") @Nullable
        String advertTopic,

        @JsonPropertyDescription("The cache-nodes as their adverts describe them, by name; 512 at most.")
        List<NodeStatus> nodes,

        @JsonPropertyDescription("Bytes for blocks in all tiers of all nodes, as a quantity.") @Nullable
        String capacity,

        @JsonPropertyDescription("Bytes of them in use, as a quantity; not to the byte, see nodes.") @Nullable
        String used,

        @JsonPropertyDescription("Percent of the blocks of the last five minutes' prompts that were held where the"
                + " router sent them; none without requests that could be steered.")
        @Nullable
        Integer hitRatio,

        @JsonPropertyDescription(
                "What the operator has decided on with spec.autoscaling; stays after that was taken away until"
                        + " spec.replicas gives a number.")
        @Nullable
        AutoscalingStatus autoscaling,

        @JsonPropertyDescription("How far the cache-nodes are on their way to the newest form.") @Nullable
        RolloutStatus rollout,

        @JsonPropertyDescription(
                "Ready, Progressing, Degraded, AdvertsPublishing, StorageReady, Steerable," + " ReconciliationPaused.")
        List<Condition> conditions) {

    public KVCachePoolStatus {
        nodes = nodes == null ? List.of() : List.copyOf(nodes);
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    /** Addresses inside the cluster, host:port or URL. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Endpoints(
            @JsonPropertyDescription("RESP, as host:port.") @Nullable
            String resp,

            @JsonPropertyDescription("lm://, as host:port; none where it is not served.") @Nullable
            String lm,

            @JsonPropertyDescription(
                    "The cache-nodes one by one, by which they read from each other: a name that resolves"
                            + " to all of them, and a port.")
            @Nullable
            String transfer,

            @JsonPropertyDescription("The router's URL; none without a router.") @Nullable
            String router) {}
}
