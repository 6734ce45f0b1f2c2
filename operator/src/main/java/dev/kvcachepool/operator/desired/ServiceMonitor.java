package dev.kvcachepool.operator.desired;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the Prometheus operator scrapes: as much of its type as a pool's child has, the rest is not read. */
@Group(ServiceMonitor.GROUP)
@Version(ServiceMonitor.VERSION)
public final class ServiceMonitor extends CustomResource<ServiceMonitor.Spec, Void> implements Namespaced {
    public static final String GROUP = "monitoring.coreos.com";
    public static final String VERSION = "v1";

    /** Services by their labels, in the ServiceMonitor's own namespace. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Spec(LabelSelector selector, List<Endpoint> endpoints) {
        public Spec {
            endpoints = List.copyOf(endpoints);
        }
    }

    /**
     * One port of each of these Services' pods.
     *
     * @param scheme null for http
     * @param tlsConfig null without TLS
     * @param honorLabels whether a label that the pods say wins over one of the same name that Prometheus would give
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Endpoint(
            String port,
            String path,
            @Nullable String scheme,
            @Nullable TlsConfig tlsConfig,
            boolean honorLabels,
            List<Relabeling> relabelings) {
        public Endpoint {
            relabelings = List.copyOf(relabelings);
        }
    }

    /**
     * Which servers are believed.
     *
     * @param ca who must vouch for them
     * @param serverName that their certificates must have
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record TlsConfig(Authority ca, String serverName) {}

    /** Certificates of authorities, in a Secret of the ServiceMonitor's namespace. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Authority(SecretKeySelector secret) {}

    /**
     * A label of every series.
     *
     * @param sourceLabels where its value comes from, null where {@code replacement} is its value
     * @param replacement null where it comes from other labels as it is
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Relabeling(
            @Nullable List<String> sourceLabels,
            String targetLabel,
            @Nullable String replacement) {
        public Relabeling {
            sourceLabels = sourceLabels == null ? null : List.copyOf(sourceLabels);
        }

        static Relabeling copy(String source, String target) {
            return new Relabeling(List.of(source), target, null);
        }

        static Relabeling fixed(String target, String value) {
            return new Relabeling(null, target, value);
        }
    }
}
