package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The router of a pool.
 *
 * @param engines null when no engine is steered to yet
 * @param gateway null where no gateway asks
 * @param callers null for the router's own defaults
 * @param image null for the one that the operator was released with
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "!has(self.engines) || !has(self.gateway) || !has(self.gateway.inferencePool)",
        fieldPath = ".engines",
        message = "spec.router.engines is not for a router with spec.router.gateway.inferencePool, whose pods are the"
                + " engines: give one of the two")
public record RouterSpec(
        @JsonPropertyDescription("Whether the pool has a router.") @Default("true")
        Boolean enabled,

        @JsonPropertyDescription("Number of routers. Each reads the whole table.") @Default("1") @Min(0) @Max(64)
        Integer replicas,

        @JsonPropertyDescription(
                "How an engine is picked: adverts (least estimated time to first token), round-robin or"
                        + " least-loaded.")
        @Default("adverts")
        @Size(max = 32)
        @ValidationRule(
                value = "self in ['adverts', 'round-robin', 'least-loaded']",
                message = "spec.router.policy must be one of adverts, round-robin, least-loaded")
        String policy,

        @JsonPropertyDescription("The engines to steer requests to.") @Nullable
        Engines engines,

        @JsonPropertyDescription("Makes the router the endpoint picker of stock gateways.") @Nullable
        Gateway gateway,

        @JsonPropertyDescription("Where the tokens of texts and chats come from, by model. Requests for others are"
                + " steered where they carry token ids, else by load.")
        @Size(max = 64)
        List<Tokenizer> tokenizers,

        @JsonPropertyDescription("What tokenizers may take.") @Default("{}")
        Tokenizing tokenizing,

        @JsonPropertyDescription("How tenants and conversations are told apart.") @Nullable
        Callers callers,

        @JsonPropertyDescription("Image of the router; by default the one that the operator was released with.")
        @Size(min = 1, max = 512)
        @Nullable
        String image,

        @JsonPropertyDescription("Requests and limits of the router's container. By default memory is derived from the"
                + " tokenizers; what is given here wins.")
        @Nullable
        ResourceRequirements resources,

        @JsonPropertyDescription("What else the router's pods shall have.") @Default("{}")
        PodTemplate template) {

    static final RouterSpec DEFAULTS = new RouterSpec(null, null, null, null, null, null, null, null, null, null, null);

    public RouterSpec(
            @Nullable Boolean enabled,
            @Nullable Integer replicas,
            @Nullable String policy,
            @Nullable Engines engines,
            @Nullable Gateway gateway,
            @Nullable List<Tokenizer> tokenizers,
            @Nullable Tokenizing tokenizing,
            @Nullable Callers callers,
            @Nullable String image,
            @Nullable ResourceRequirements resources,
            @Nullable PodTemplate template) {
        this.enabled = requireNonNullElse(enabled, true);
        this.replicas = requireNonNullElse(replicas, 1);
        this.policy = requireNonNullElse(policy, "adverts");
        this.engines = engines;
        this.gateway = gateway;
        this.tokenizers = tokenizers == null ? List.of() : List.copyOf(tokenizers);
        this.tokenizing = requireNonNullElse(tokenizing, Tokenizing.DEFAULTS);
        this.callers = callers;
        this.image = image;
        this.resources = resources;
        this.template = requireNonNullElse(template, PodTemplate.EMPTY);
    }

    /** The InferencePool whose pods are the engines; null for none. */
    public @Nullable String inferencePool() {
        return gateway == null ? null : gateway.inferencePool();
    }

    /** Engine pods, in the pool's namespace. */
    @ValidationRule(
            value = "(has(self.selector.matchLabels) && self.selector.matchLabels.size() > 0)"
                    + " || (has(self.selector.matchExpressions) && self.selector.matchExpressions.size() > 0)",
            fieldPath = ".selector",
            message =
                    "spec.router.engines.selector must name at least one label: an empty one would take every pod for an"
                            + " engine")
    public record Engines(
            @JsonPropertyDescription("Which pods of the pool's namespace are engines.") @Required
            LabelSelector selector,

            @JsonPropertyDescription("The port on which engines serve their HTTP API.")
            @Default("8000")
            @Min(1)
            @Max(65535)
            Integer port) {

        public Engines(LabelSelector selector, @Nullable Integer port) {
            this.selector = selector;
            this.port = requireNonNullElse(port, 8000);
        }
    }
}
