package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be kept where.
 *
 * @param pools names of KVCachePools
 * @param cacheSaltSecretRef null for a prefix without a salt
 * @param tokens empty unless the prefix is given so
 * @param text null unless the prefix is given so
 * @param blockHashes null unless the prefix is given so
 * @param expiresAt null for as long as the resource is there
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "[has(self.tokens), has(self.text), has(self.blockHashes)].filter(given, given).size() == 1",
        message = "spec needs exactly one of spec.tokens, spec.text and spec.blockHashes: what the prefix is")
public record PrefixPinSpec(
        @JsonPropertyDescription("Names of KVCachePools of this namespace, 1 to 16, each once. Their routers must be"
                + " enabled: they tell the cache-nodes.")
        @Required
        @Size(min = 1, max = 16)
        @ValidationRule(
                value = "self.all(name, name.matches('^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$'))",
                message = "spec.pools must be names of KVCachePools: at most 40 lower-case letters, digits and dashes,"
                        + " beginning with a letter")
        List<String> pools,

        @JsonPropertyDescription(
                "The model's name as engines write it into their keys; the pools must declare it in" + " spec.models.")
        @Required
        @Size(min = 1, max = 200)
        @Pattern("^[^@;,=\\s]+$")
        String model,

        @JsonPropertyDescription("The Secret with the cache salt of the tenant whose prefix it is; none for prefixes"
                + " without a salt.")
        @Nullable
        SecretKeyRef cacheSaltSecretRef,

        @JsonPropertyDescription("The prefix as token ids, 1 to 65536. Whole chunks of it are pinned, a rest that fills"
                + " no chunk is not.")
        @Size(min = 1, max = 65536)
        List<Integer> tokens,

        @JsonPropertyDescription("The prefix as text, 1 to 262144 characters, which the pool's router must have a"
                + " tokenizer for (spec.router.tokenizers). Tokens differ near its end from those of a longer prompt:"
                + " end it where a message ends.")
        @Size(min = 1, max = 262144)
        @Nullable
        String text,

        @JsonPropertyDescription("The prefix as its chain of block hashes, for schemes that can't be computed here.")
        @Nullable
        BlockHashes blockHashes,

        @JsonPropertyDescription("Pin keeps the prefix from eviction on every cache-node that holds it, within the"
                + " node's share for pins. Warm brings it from disk into memory, as far as there is room, again and"
                + " again, and keeps nothing from eviction.")
        @Default("Pin")
        Mode mode,

        @JsonPropertyDescription("Until when, as RFC 3339, such as 2027-01-31T00:00:00Z; by default until this resource"
                + " is deleted. The resource stays and says that it has expired.")
        @Size(max = 64)
        @Nullable
        String expiresAt) {

    public PrefixPinSpec(
            List<String> pools,
            String model,
            @Nullable SecretKeyRef cacheSaltSecretRef,
            @Nullable List<Integer> tokens,
            @Nullable String text,
            @Nullable BlockHashes blockHashes,
            @Nullable Mode mode,
            @Nullable String expiresAt) {
        this.pools = List.copyOf(pools);
        this.model = model;
        this.cacheSaltSecretRef = cacheSaltSecretRef;
        this.tokens = tokens == null ? List.of() : List.copyOf(tokens);
        this.text = text;
        this.blockHashes = blockHashes;
        this.mode = requireNonNullElse(mode, Mode.Pin);
        this.expiresAt = expiresAt;
    }

    /** What is done with the prefix. */
    public enum Mode {
        Pin,
        Warm
    }

    /** A value of a Secret in the resource's own namespace. */
    public record SecretKeyRef(
            @JsonPropertyDescription("The Secret's name.") @Required @Size(min = 1, max = 253)
            String name,

            @JsonPropertyDescription("The key within it.") @Default("cacheSalt") @Size(min = 1, max = 253)
            String key) {

        public SecretKeyRef(String name, @Nullable String key) {
            this.name = name;
            this.key = requireNonNullElse(key, "cacheSalt");
        }
    }

    /** Hashes under a scheme. */
    public record BlockHashes(
            @JsonPropertyDescription("How they were made: the hashScheme under which the pools declare the model.")
            @Required
            @Size(max = 64)
            @ValidationRule(
                    value = "self in ['lmcache-blake3', 'lmcache-sha256-cbor', 'lmcache-xxhash-cbor',"
                            + " 'lmcache-builtin', 'vllm-sha256-cbor', 'vllm-xxhash-cbor']",
                    message = "scheme must be one of lmcache-blake3, lmcache-sha256-cbor, lmcache-xxhash-cbor,"
                            + " lmcache-builtin, vllm-sha256-cbor, vllm-xxhash-cbor")
            String scheme,

            @JsonPropertyDescription("The hashes in the order of the blocks, 1 to 4096, each an even number of hex"
                    + " digits, 16 to 128.")
            @Required
            @Size(min = 1, max = 4096)
            List<String> hashes) {

        public BlockHashes {
            hashes = List.copyOf(hashes);
        }
    }

    /** Without the prefix, which may be a secret. */
    @Override
    public String toString() {
        return "PrefixPinSpec[pools=" + pools + ", model=" + model + ", mode=" + mode + "]";
    }
}
