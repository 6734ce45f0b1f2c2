package dev.kvcachepool.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cache-node as its own adverts describe it.
 *
 * @param incarnation null where it can't be known
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record NodeStatus(
        @JsonPropertyDescription("Name of the cache-node's pod.")
        String name,

        @JsonPropertyDescription("Serving, Draining or Gone, as it last said; Silent where nothing has been heard of it"
                + " for a minute.")
        String phase,

        @JsonPropertyDescription("Microseconds since 1970 at which its present life began, by its broker's clock.")
        @Nullable
        Long incarnation,

        @JsonPropertyDescription("The Kubernetes node that it is on.") @Nullable
        String kubernetesNode,

        @JsonPropertyDescription("What it keeps blocks in.") List<TierStatus> tiers) {

    public NodeStatus {
        tiers = tiers == null ? List.of() : List.copyOf(tiers);
    }

    /** A tier's room. */
    public record TierStatus(
            @JsonPropertyDescription("gpu, host or disk.") String name,

            @JsonPropertyDescription("Bytes for blocks, as a quantity.")
            String capacity,

            @JsonPropertyDescription(
                    "Bytes of them in use, as a quantity; brought up to date when it has moved by a fiftieth of the"
                            + " capacity.")
            String used) {}
}
