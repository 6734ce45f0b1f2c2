package dev.kvcachepool.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * How many cache-nodes the operator has decided on.
 *
 * @param lastScaleTime as RFC 3339 has it; null before the first step
 * @param lastScale null before the first step
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AutoscalingStatus(
        @JsonPropertyDescription("How many cache-nodes there shall be.")
        Integer desired,

        @JsonPropertyDescription("When that number last changed.") @Nullable
        String lastScaleTime,

        @JsonPropertyDescription("From what to what it last changed, and why, for people.") @Nullable
        String lastScale,

        @JsonPropertyDescription("Why there shall be as many now, for programs.")
        String reason,

        @JsonPropertyDescription("Why there shall be as many now, for people.")
        String message) {}
