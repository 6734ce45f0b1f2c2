package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * What goes when a tier is full, and when.
 *
 * @param highWatermark percent of the tier; above it the eviction begins
 * @param lowWatermark percent of the tier; down to it the eviction goes
 * @param ttl life of values that are stored without one; null for no end
 * @param readLease how long a chunk that EXISTS found is not evicted
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self.lowWatermark < self.highWatermark",
        fieldPath = ".lowWatermark",
        message = "spec.eviction.lowWatermark must be below spec.eviction.highWatermark")
public record Eviction(
        @JsonPropertyDescription(
                "What goes first. LRU: the least recently used chunk. S3_FIFO: what was not used again soon after"
                        + " it came. SIEVE: the oldest that was not used since it was last looked at.")
        @Default("LRU")
        Policy policy,

        @JsonPropertyDescription("Percent of the tier in use above which chunks are evicted.")
        @Default("99")
        @Min(2)
        @Max(100)
        Integer highWatermark,

        @JsonPropertyDescription("Percent of the tier in use down to which chunks are evicted.")
        @Default("98")
        @Min(1)
        @Max(99)
        Integer lowWatermark,

        @JsonPropertyDescription(
                "How long values stay that are stored without an expiry, such as 24h; no end when not" + " given.")
        @Pattern(Eviction.TIME)
        @Nullable
        String ttl,

        @JsonPropertyDescription("How long a chunk that an engine was told of is safe from eviction, such as 30s.")
        @Default("30s")
        @Pattern(Eviction.TIME)
        String readLease) {

    static final String TIME = "^[1-9][0-9]{0,8}(ms|s|m|h)$";
    static final Eviction DEFAULTS = new Eviction(null, null, null, null, null);

    /** Policies by name. */
    public enum Policy {
        LRU,
        S3_FIFO,
        SIEVE
    }

    public Eviction(
            @Nullable Policy policy,
            @Nullable Integer highWatermark,
            @Nullable Integer lowWatermark,
            @Nullable String ttl,
            @Nullable String readLease) {
        this.policy = requireNonNullElse(policy, Policy.LRU);
        this.highWatermark = requireNonNullElse(highWatermark, 99);
        this.lowWatermark = requireNonNullElse(lowWatermark, 98);
        this.ttl = ttl;
        this.readLease = requireNonNullElse(readLease, "30s");
    }
}
