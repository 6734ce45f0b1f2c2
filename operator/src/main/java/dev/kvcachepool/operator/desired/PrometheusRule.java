package dev.kvcachepool.operator.desired;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Alerts of the Prometheus operator: as much of its type as a pool's child has, the rest is not read. */
@Group(ServiceMonitor.GROUP)
@Version(ServiceMonitor.VERSION)
public final class PrometheusRule extends CustomResource<PrometheusRule.Spec, Void> implements Namespaced {

    /** Rules in groups. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Spec(List<RuleGroup> groups) {
        public Spec {
            groups = List.copyOf(groups);
        }
    }

    /** Rules that are evaluated together. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record RuleGroup(String name, List<Rule> rules) {
        public RuleGroup {
            rules = List.copyOf(rules);
        }
    }

    /** An alert: {@code expr} in PromQL, and for how long it has to hold. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Rule(
            String alert,
            String expr,
            @JsonProperty("for") String holds,
            Map<String, String> labels,
            Map<String, String> annotations) {
        public Rule {
            labels = new TreeMap<>(labels);
            annotations = new TreeMap<>(annotations);
        }
    }
}
