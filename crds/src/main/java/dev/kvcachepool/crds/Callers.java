package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How the router tells whose a request is, and what comes of it. */
public record Callers(
        @JsonPropertyDescription("The header that names a request's tenant; without it the cache salt tells. Let your"
                + " gateway set it, and drop what clients send.")
        @Default("x-gateway-inference-fairness-id")
        @Size(max = 128)
        @ValidationRule(
                value = "self.matches('^[A-Za-z0-9._-]+$')",
                message = "spec.router.callers.tenantHeader must be letters, digits and . _ - only")
        String tenantHeader,

        @JsonPropertyDescription(
                "The header that names a request's conversation, for prompts that cannot be looked up.")
        @Default("x-session-id")
        @Size(max = 128)
        @ValidationRule(
                value = "self.matches('^[A-Za-z0-9._-]+$')",
                message = "spec.router.callers.sessionHeader must be letters, digits and . _ - only")
        String sessionHeader,

        @JsonPropertyDescription(
                "Once every engine's queue is as long as that, a tenant with more prefill work under way"
                        + " than an even share gets 429, while another has work under way. At most 1h; off for never.")
        @Default("5s")
        @Size(max = 16)
        @ValidationRule(
                value =
                        "self == 'off' || (self.matches('^[1-9][0-9]{0,6}(ms|s|m|h)$') && duration(self) <= duration('1h'))",
                message = "spec.router.callers.fairnessQueue must be a time of 1h at most, for example 5s, or off")
        String fairnessQueue) {

    public Callers(@Nullable String tenantHeader, @Nullable String sessionHeader, @Nullable String fairnessQueue) {
        this.tenantHeader = requireNonNullElse(tenantHeader, "x-gateway-inference-fairness-id");
        this.sessionHeader = requireNonNullElse(sessionHeader, "x-session-id");
        this.fairnessQueue = requireNonNullElse(fairnessQueue, "5s");
    }
}
