package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What the router's tokenizers may take. */
public record Tokenizing(
        @JsonPropertyDescription("Threads that tokenize. The router's memory grows by 225Mi for each, with files.")
        @Default("2")
        @Min(1)
        @Max(64)
        Integer threads,

        @JsonPropertyDescription(
                "Memory for the tokens of texts seen before, a quantity from 1Mi to 64Gi: about 1Mi for"
                        + " a conversation of 100,000 tokens.")
        @Default("128Mi")
        @Size(max = 32)
        @ValidationRule(
                value = "isQuantity(self) && quantity(self).compareTo(quantity('1Mi')) >= 0"
                        + " && quantity(self).compareTo(quantity('64Gi')) <= 0",
                message = "spec.router.tokenizing.cacheSize must be a quantity from 1Mi to 64Gi, for example 128Mi")
        String cacheSize,

        @JsonPropertyDescription("How long an engine's /tokenize may take, from 10ms to 30s.")
        @Default("1s")
        @Size(max = 16)
        @ValidationRule(
                value = "self.matches('^[1-9][0-9]{0,4}(ms|s)$') && duration(self) >= duration('10ms')"
                        + " && duration(self) <= duration('30s')",
                message = "spec.router.tokenizing.timeout must be a time from 10ms to 30s, for example 1s")
        String timeout) {

    static final Tokenizing DEFAULTS = new Tokenizing(null, null, null);

    public Tokenizing(@Nullable Integer threads, @Nullable String cacheSize, @Nullable String timeout) {
        this.threads = requireNonNullElse(threads, 2);
        this.cacheSize = requireNonNullElse(cacheSize, "128Mi");
        this.timeout = requireNonNullElse(timeout, "1s");
    }
}
