package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Where traces go, and how many.
 *
 * @param endpoint of an OpenTelemetry collector that speaks OTLP over HTTP
 * @param sampledPercent of requests without a caller's decision
 */
public record Traces(
        @JsonPropertyDescription("URL of a collector that speaks OTLP over HTTP, such as"
                + " http://collector.monitoring:4318; /v1/traces is added to it. What else OpenTelemetry's variables"
                + " set, such as OTEL_EXPORTER_OTLP_HEADERS from a Secret, is for template.env.")
        @Required
        @Size(max = 512)
        @ValidationRule(
                value = "isURL(self) && url(self).getScheme() in ['http', 'https'] && url(self).getHost() != ''",
                message = "spec.observability.traces.endpoint must be a URL such as http://collector.monitoring:4318")
        String endpoint,

        @JsonPropertyDescription("How many of the requests are traced whose caller has not decided it; a caller's"
                + " traceparent header decides for its own.")
        @Default("10")
        @Min(0)
        @Max(100)
        Integer sampledPercent) {

    public Traces(String endpoint, @Nullable Integer sampledPercent) {
        this.endpoint = endpoint;
        this.sampledPercent = requireNonNullElse(sampledPercent, 10);
    }
}
