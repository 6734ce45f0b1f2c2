package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import org.jspecify.annotations.Nullable;

/**
 * Who uses the pool, and how they come to its settings.
 *
 * @param selector null where no pod is given anything
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self.mode != 'Inject' || (has(self.selector) && ((has(self.selector.matchLabels) &&"
                + " self.selector.matchLabels.size() > 0) || (has(self.selector.matchExpressions) &&"
                + " self.selector.matchExpressions.size() > 0)))",
        fieldPath = ".selector",
        message = "spec.engines.selector must name at least one label with spec.engines.mode: Inject: it says which"
                + " pods are given the pool's settings")
public record Engines(
        @JsonPropertyDescription("Which pods of the pool's namespace are engines that use the pool.") @Nullable
        LabelSelector selector,

        @JsonPropertyDescription("How engines come to the pool's settings. Config: people mount the ConfigMap"
                + " <pool>-connection, or copy from it. Inject: pods of the selector are given it when they are made, in"
                + " namespaces with the label kvcachepool.dev/injection: enabled; a pod with the label"
                + " kvcachepool.dev/inject: \"false\" is left alone.")
        @Default("Config")
        Mode mode) {

    static final Engines NONE = new Engines(null, null);

    public Engines(@Nullable LabelSelector selector, @Nullable Mode mode) {
        this.selector = selector;
        this.mode = requireNonNullElse(mode, Mode.Config);
    }

    /** Who puts the settings into engines' pods. */
    public enum Mode {
        /** Whoever writes the pods. */
        Config,
        /** The operator's webhook. */
        Inject
    }
}
