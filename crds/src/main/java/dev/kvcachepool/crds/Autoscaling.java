package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Between which numbers of cache-nodes the operator keeps a Pooled pool, and by what.
 *
 * @param targetHitRatio null where occupancy alone decides
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self.min <= self.max",
        fieldPath = ".min",
        message = "spec.autoscaling.min must not be greater than spec.autoscaling.max")
public record Autoscaling(
        @JsonPropertyDescription("The fewest cache-nodes.") @Default("1") @Min(1) @Max(512)
        Integer min,

        @JsonPropertyDescription("The most cache-nodes.") @Required @Min(1) @Max(512)
        Integer max,

        @JsonPropertyDescription("How full, in percent, the nodes' tiers shall be: fuller and there are to be more"
                + " nodes; as few as keep it below where there are too many.")
        @Default("80")
        @Min(10)
        @Max(95)
        Integer targetOccupancy,

        @JsonPropertyDescription("Hits, in percent of prompts' tokens, that are enough: a full pool that has them grows"
                + " no further. By default a full pool grows whatever its hits.")
        @Min(1)
        @Max(100)
        @Nullable
        Integer targetHitRatio) {

    public Autoscaling(
            @Nullable Integer min, Integer max, @Nullable Integer targetOccupancy, @Nullable Integer targetHitRatio) {
        this.min = requireNonNullElse(min, 1);
        this.max = max;
        this.targetOccupancy = requireNonNullElse(targetOccupancy, 80);
        this.targetHitRatio = targetHitRatio;
    }
}
