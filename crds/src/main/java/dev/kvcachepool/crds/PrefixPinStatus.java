package dev.kvcachepool.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much of a prefix is held, and where. Counts are null before a router has answered.
 *
 * @param observedGeneration of the spec that this status speaks of
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PrefixPinStatus(
        @JsonPropertyDescription("Generation of the spec that this status speaks of.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("Blocks of the prefix, of all pools together: those whose routers answered.") @Nullable
        Integer blocks,

        @JsonPropertyDescription("Of these the ones that are held whole, on one cache-node or on several together.")
        @Nullable
        Integer heldBlocks,

        @JsonPropertyDescription("Of these the ones that are pinned, or in memory with mode Warm.") @Nullable
        Integer pinnedBlocks,

        @JsonPropertyDescription("Each pool that is named in the spec.")
        List<PoolPins> pools,

        @JsonPropertyDescription("Ready, Degraded.") List<Condition> conditions) {

    public PrefixPinStatus {
        pools = pools == null ? List.of() : List.copyOf(pools);
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    /**
     * One pool.
     *
     * @param problem null where its router did what it was asked
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record PoolPins(
            @JsonPropertyDescription("The pool's name.") String name,

            @JsonPropertyDescription("Blocks of the prefix in this pool, whose chunks have a length of their own.")
            @Nullable
            Integer blocks,

            @JsonPropertyDescription("Blocks that are held whole.") @Nullable
            Integer heldBlocks,

            @JsonPropertyDescription("Blocks that are pinned, or in memory with mode Warm.") @Nullable
            Integer pinnedBlocks,

            @JsonPropertyDescription("What is wrong, in words; none where nothing is.") @Nullable
            String problem,

            @JsonPropertyDescription("Cache-nodes that hold some of it, those that hold most first; 64 at most.")
            List<NodePins> nodes) {

        public PoolPins {
            nodes = nodes == null ? List.of() : List.copyOf(nodes);
        }
    }

    /**
     * One cache-node.
     *
     * @param problem null where it answered
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record NodePins(
            @JsonPropertyDescription("The cache-node's id.") String node,

            @JsonPropertyDescription("Blocks of the prefix that it holds some of.") @Nullable
            Integer held,

            @JsonPropertyDescription("Of these the ones that are pinned, or in memory with mode Warm.") @Nullable
            Integer pinned,

            @JsonPropertyDescription("Blocks that it has no room for.") @Nullable
            Integer refused,

            @JsonPropertyDescription("Why it did not answer.") @Nullable
            String problem) {}
}
