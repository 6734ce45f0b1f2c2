package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/** What is made for those who watch a pool. */
public record Observability(
        @JsonPropertyDescription(
                "Whether a ServiceMonitor of the Prometheus operator has cache-nodes and routers scraped.")
        @Default("false")
        Boolean serviceMonitor,

        @JsonPropertyDescription(
                "Whether a PrometheusRule alerts on this pool. Its rules need what the ServiceMonitor has"
                        + " scraped; each alert names a page that says what to do.")
        @Default("false")
        Boolean prometheusRule,

        @JsonPropertyDescription("Whether a ConfigMap labelled grafana_dashboard=1 has this pool's dashboards, which"
                + " Grafana's sidecar loads.")
        @Default("false")
        Boolean dashboard,

        @JsonPropertyDescription(
                "Where cache-nodes and routers send traces by OpenTelemetry; none are recorded without.")
        @Nullable
        Traces traces) {

    static final Observability NONE = new Observability(null, null, null, null);

    public Observability(
            @Nullable Boolean serviceMonitor,
            @Nullable Boolean prometheusRule,
            @Nullable Boolean dashboard,
            @Nullable Traces traces) {
        this.serviceMonitor = requireNonNullElse(serviceMonitor, false);
        this.prometheusRule = requireNonNullElse(prometheusRule, false);
        this.dashboard = requireNonNullElse(dashboard, false);
        this.traces = traces;
    }
}
