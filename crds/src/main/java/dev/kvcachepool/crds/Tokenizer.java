package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Where the router has the tokens of a model's texts and chats from: files, or an engine.
 *
 * @param configMapRef null unless the files are in a ConfigMap
 * @param claimRef null unless the files are on a volume
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "[has(self.configMapRef), has(self.claimRef), self.engine].filter(given, given).size() == 1",
        message = "spec.router.tokenizers: each model needs exactly one of configMapRef, claimRef and engine: true")
public record Tokenizer(
        @JsonPropertyDescription("The model, by its name in requests; an adapter has a name of its own.")
        @Required
        @Size(min = 1, max = 200)
        @Pattern("^[^@;,=\\s]+$")
        String model,

        @JsonPropertyDescription("A ConfigMap of the pool's namespace whose keys are the model's files: tokenizer.json,"
                + " and tokenizer_config.json, special_tokens_map.json and chat_template.jinja where it has them. For"
                + " files of less than 1 MiB.")
        @Nullable
        ConfigMapRef configMapRef,

        @JsonPropertyDescription("A PersistentVolumeClaim of the pool's namespace with these files in a folder.")
        @Nullable
        ClaimRef claimRef,

        @JsonPropertyDescription("Ask an engine's /tokenize instead.") @Default("false")
        Boolean engine) {

    public Tokenizer(
            String model, @Nullable ConfigMapRef configMapRef, @Nullable ClaimRef claimRef, @Nullable Boolean engine) {
        this.model = model;
        this.configMapRef = configMapRef;
        this.claimRef = claimRef;
        this.engine = requireNonNullElse(engine, false);
    }

    /** A ConfigMap in the pool's own namespace. */
    public record ConfigMapRef(
            @JsonPropertyDescription("The ConfigMap's name.") @Required @Size(min = 1, max = 253)
            String name) {}

    /**
     * A folder of a claim in the pool's own namespace.
     *
     * @param path null for the volume's root
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ClaimRef(
            @JsonPropertyDescription("The claim's name.") @Required @Size(min = 1, max = 253)
            String name,

            @JsonPropertyDescription("The folder on the volume, relative; by default its root.")
            @Size(max = 256)
            @Pattern("^[A-Za-z0-9_][-._A-Za-z0-9]*(/[A-Za-z0-9_][-._A-Za-z0-9]*)*$")
            @Nullable
            String path) {}
}
