package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How running cache-nodes come to another form. */
public record UpdateStrategy(
        @JsonPropertyDescription(
                "RollingHandoff: the operator restarts them one after another; another image or other settings restart the"
                        + " container where it is, so that its memory stays; where the pod itself has to be another, it is"
                        + " replaced once it has handed its blocks over. OnDelete: a node is left as it is until you delete its"
                        + " pod.")
        @Default("RollingHandoff")
        Type type,

        @JsonPropertyDescription("How many cache-nodes may be away at a time. More than 1 in NodeLocal pools only.")
        @Default("1")
        @Min(1)
        @Max(512)
        Integer maxUnavailable,

        @JsonPropertyDescription(
                "How long a cache-node that ends may take to hand its blocks over, such as 60s; at most 1h.")
        @Default("60s")
        @Pattern("^[1-9][0-9]{0,4}(s|m|h)$")
        @ValidationRule(
                value = "duration(self) <= duration('1h')",
                message = "spec.updateStrategy.drainTimeout must be at most 1h, for example 60s or 5m")
        String drainTimeout) {

    static final UpdateStrategy DEFAULTS = new UpdateStrategy(null, null, null);

    /** Who restarts nodes. */
    public enum Type {
        RollingHandoff,
        OnDelete
    }

    public UpdateStrategy(@Nullable Type type, @Nullable Integer maxUnavailable, @Nullable String drainTimeout) {
        this.type = requireNonNullElse(type, Type.RollingHandoff);
        this.maxUnavailable = requireNonNullElse(maxUnavailable, 1);
        this.drainTimeout = requireNonNullElse(drainTimeout, "60s");
    }

    /** The drain's limit in seconds. */
    public long drainSeconds() {
        long number = Long.parseLong(drainTimeout.substring(0, drainTimeout.length() - 1));
        return switch (drainTimeout.charAt(drainTimeout.length() - 1)) {
            case 'h' -> number * 3600;
            case 'm' -> number * 60;
            default -> number;
        };
    }
}
