package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The engines whose KV events the pool's router follows.
 *
 * @param engines those that are named; none where only pods are followed
 * @param pods null where only named engines are followed
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "has(self.engines) || has(self.pods)",
        message = "spec.bridges.vllmEvents must have engines, pods or both")
public record VllmEvents(
        @JsonPropertyDescription("Engines by the name of their pod, which a StatefulSet keeps.")
        @Size(min = 1, max = 64)
        List<Engine> engines,

        @JsonPropertyDescription("All engine pods of the pool, those of spec.router.engines or of"
                + " spec.router.gateway.inferencePool, as they come and go: a Deployment's, say. Each is to serve HTTP on"
                + " one port.")
        @Nullable
        Pods pods) {

    public VllmEvents {
        engines = engines == null ? List.of() : List.copyOf(engines);
    }

    /**
     * Where each engine pod publishes.
     *
     * @param replayPort null where what was missed can't be asked for
     * @param model null for the only one that the pool declares
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "self.port + self.ranks - 1 <= 65535 && (!has(self.replayPort) || self.replayPort + self.ranks - 1"
                    + " <= 65535)",
            fieldPath = ".ranks",
            message = "spec.bridges.vllmEvents.pods: rank r is at the r-th port after port and replayPort, and the last"
                    + " rank's must be 65535 at most")
    public record Pods(
            @JsonPropertyDescription(
                    "Port on which a pod's first rank publishes: that of vLLM's endpoint in --kv-events-config.")
            @Required
            @Min(1)
            @Max(65535)
            Integer port,

            @JsonPropertyDescription("Port on which its first rank is asked for what was missed: that of vLLM's"
                    + " replay_endpoint. Without it each gap ends what is known of the engine.")
            @Min(1)
            @Max(65535)
            @Nullable
            Integer replayPort,

            @JsonPropertyDescription("Data-parallel ranks of a pod, each at the next port.")
            @Default("1")
            @Min(1)
            @Max(64)
            Integer ranks,

            @JsonPropertyDescription("The model that they serve, of spec.models; not needed where there is one.")
            @Size(min = 1, max = 200)
            @Nullable
            String model,

            @JsonPropertyDescription("How many pods are followed at most; the router's memory grows with it.")
            @Default("16")
            @Min(1)
            @Max(64)
            Integer most) {

        public Pods(
                Integer port,
                @Nullable Integer replayPort,
                @Nullable Integer ranks,
                @Nullable String model,
                @Nullable Integer most) {
            this.port = port;
            this.replayPort = replayPort;
            this.ranks = requireNonNullElse(ranks, 1);
            this.model = model;
            this.most = requireNonNullElse(most, 16);
        }
    }

    /**
     * An engine's publisher.
     *
     * @param replayEndpoint null where what was missed can't be asked for
     * @param model null for the only one that the pool declares
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "int(self.endpoint.substring(self.endpoint.lastIndexOf(':') + 1)) + self.ranks - 1 <= 65535"
                    + " && (!has(self.replayEndpoint) ||"
                    + " int(self.replayEndpoint.substring(self.replayEndpoint.lastIndexOf(':') + 1)) + self.ranks - 1"
                    + " <= 65535)",
            fieldPath = ".ranks",
            message = "spec.bridges.vllmEvents.engines: rank r is at the r-th port after that of endpoint and"
                    + " replayEndpoint, and the last rank's must be 65535 at most")
    public record Engine(
            @JsonPropertyDescription("The engine's pod.")
            @Required
            @Size(min = 1, max = 128)
            @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
            String name,

            @JsonPropertyDescription("Where its first rank publishes, tcp://HOST:PORT: vLLM's endpoint of"
                    + " --kv-events-config, as the router reaches it.")
            @Required
            @Size(max = 300)
            @Pattern(Engine.TCP)
            String endpoint,

            @JsonPropertyDescription("Where its first rank is asked for what was missed, tcp://HOST:PORT: vLLM's"
                    + " replay_endpoint. Without it each gap ends what is known of the engine.")
            @Size(max = 300)
            @Pattern(Engine.TCP)
            @Nullable
            String replayEndpoint,

            @JsonPropertyDescription("Data-parallel ranks, each at the next port.") @Default("1") @Min(1) @Max(64)
            Integer ranks,

            @JsonPropertyDescription("The model that it serves, of spec.models; not needed where there is one.")
            @Size(min = 1, max = 200)
            @Nullable
            String model) {

        static final String TCP = "^tcp://(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]{1,253}):[1-9][0-9]{0,4}$";

        public Engine(
                String name,
                String endpoint,
                @Nullable String replayEndpoint,
                @Nullable Integer ranks,
                @Nullable String model) {
            this.name = name;
            this.endpoint = endpoint;
            this.replayEndpoint = replayEndpoint;
            this.ranks = requireNonNullElse(ranks, 1);
            this.model = model;
        }
    }
}
