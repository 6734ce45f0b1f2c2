package dev.kvcachepool.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model whose blocks are advertised.
 *
 * @param chunkTokens tokens a chunk
 * @param groups KV-cache groups that a whole chunk has; empty for group 0 alone
 * @param valueBytes of one rank's value of a chunk; null where it is to be learned
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Model(
        @JsonPropertyDescription("The model's name as engines write it into their keys.")
        @Required
        @Size(min = 1, max = 200)
        @Pattern("^[^@;,=\\s]+$")
        String name,

        @JsonPropertyDescription(
                "Tokens per chunk, as the engines are configured (LMCache's chunk_size, vLLM's" + " block_size).")
        @Required
        @Min(1)
        @Max(65536)
        Integer chunkTokens,

        @JsonPropertyDescription("How chunks are hashed: lmcache-blake3 (LMCache MP), lmcache-sha256-cbor or"
                + " lmcache-xxhash-cbor (LMCache in-process with that pre_caching_hash_algorithm),"
                + " vllm-sha256-cbor or vllm-xxhash-cbor (vLLM's own hashes), lmcache-builtin (stored, never"
                + " steered).")
        @Required
        @Size(max = 64)
        @ValidationRule(
                value = "self in ['lmcache-blake3', 'lmcache-sha256-cbor', 'lmcache-xxhash-cbor',"
                        + " 'lmcache-builtin', 'vllm-sha256-cbor', 'vllm-xxhash-cbor']",
                message = "hashScheme must be one of lmcache-blake3, lmcache-sha256-cbor, lmcache-xxhash-cbor,"
                        + " lmcache-builtin, vllm-sha256-cbor, vllm-xxhash-cbor")
        String hashScheme,

        @JsonPropertyDescription("KV-cache groups that a chunk must have to be whole; group 0 when not given.")
        @Size(max = 64)
        @ValidationRule(
                value = "self.all(group, group >= 0 && group <= 1023)",
                message = "groups must be numbers from 0 to 1023")
        List<Integer> groups,

        @JsonPropertyDescription("Bytes of one value of this model, of one rank and chunk: lets misses be answered to"
                + " LMCache's native client before any value was stored. Learned from what is stored when not given.")
        @Min(1)
        @Max(1073741824)
        @Nullable
        Long valueBytes) {

    public Model {
        groups = groups == null ? List.of() : List.copyOf(groups);
    }
}
