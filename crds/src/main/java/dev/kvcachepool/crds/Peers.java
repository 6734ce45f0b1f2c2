package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/** Whether and how cache-nodes whose blocks live where they were stored read those of other nodes. */
public record Peers(
        @JsonPropertyDescription("Whether a cache-node reads what it does not hold from one that does, and leaves what"
                + " it holds to others when it ends. Only for placement NodeLocal: nodes of a Pooled pool always do.")
        @Default("false")
        Boolean enabled,

        @JsonPropertyDescription(
                "Whether what came from another node is kept: Never; SecondUse, from the second time on"
                        + " that it comes within a while; or Always.")
        @Default("SecondUse")
        Copies copies) {

    static final Peers DEFAULTS = new Peers(null, null);

    /** What is kept of what came from another node. */
    public enum Copies {
        Never,
        SecondUse,
        Always
    }

    public Peers(@Nullable Boolean enabled, @Nullable Copies copies) {
        this.enabled = requireNonNullElse(enabled, false);
        this.copies = requireNonNullElse(copies, Copies.SecondUse);
    }
}
