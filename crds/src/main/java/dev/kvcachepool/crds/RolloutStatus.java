package dev.kvcachepool.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * How far the cache-nodes are on their way to the newest form.
 *
 * @param current null where nothing is on its way
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RolloutStatus(
        @JsonPropertyDescription(
                "Complete; Restarting or Replacing a node; Waiting for one, or for the disruption budget;"
                        + " Stalled; OnDelete where nodes of an older form wait for you.")
        Phase phase,

        @JsonPropertyDescription("The pod that it is about.") @Nullable
        String current,

        @JsonPropertyDescription("Why, for people.") String reason) {

    /** What is being done. */
    public enum Phase {
        Complete,
        Restarting,
        Replacing,
        Waiting,
        Stalled,
        OnDelete
    }
}
