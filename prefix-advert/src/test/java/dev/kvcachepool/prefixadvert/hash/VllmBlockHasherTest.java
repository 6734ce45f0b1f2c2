package dev.kvcachepool.prefixadvert.hash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VllmBlockHasherTest {
    private static final int BLOCK = 16;
    private static final int[] COUNTING = IntStream.range(0, 3 * BLOCK).toArray();

    @ParameterizedTest
    @CsvSource({
        "sha256_cbor,0", "sha256_cbor,42", "sha256_cbor,vllm-none-hash",
        "xxhash_cbor,0", "xxhash_cbor,42", "xxhash_cbor,vllm-none-hash"
    })
    void computesWhatVllmComputes(String algorithm, String seed) throws IOException {
        // Given
        var vectors = vectors(algorithm, seed);
        var hasher = hasher(algorithm, seed);

        // When
        var chain = hasher.chain(COUNTING);

        // Then
        assertThat(Vectors.hex(hasher.root()))
                .isEqualTo(vectors.get("NONE_HASH").asText());
        assertThat(Vectors.hex(chain)).isEqualTo(Vectors.strings(vectors.get("chain")));
        assertThat(chain.stream()
                        .map(hash -> Long.toUnsignedString(VllmBlockHasher.wireInteger(hash)))
                        .toList())
                .isEqualTo(Vectors.strings(vectors.get("chain_u64")));
    }

    @ParameterizedTest
    @CsvSource({"sha256_cbor,0", "sha256_cbor,42", "sha256_cbor,vllm-none-hash", "xxhash_cbor,0", "xxhash_cbor,42"})
    void computesBlocksWithTokensOfAllSizesAndExtraKeys(String algorithm, String seed) throws IOException {
        // Given
        var vectors = vectors(algorithm, seed);
        var hasher = hasher(algorithm, seed);
        var image = new ExtraKeys.Media("a".repeat(64), 3);

        // When
        var hashes = List.of(
                hasher.next(hasher.root(), Vectors.ints(vectors.get("big_tokens")), 0),
                hasher.next(hasher.root(), COUNTING, 0, ExtraKeys.lora("my-lora", "/adapters/my-lora")),
                hasher.next(hasher.root(), COUNTING, 0, ExtraKeys.cacheSalt("tenant-a")),
                hasher.next(hasher.root(), COUNTING, 0, ExtraKeys.media(image)),
                hasher.next(hasher.root(), COUNTING, 0, ExtraKeys.NONE));

        // Then
        assertThat(Vectors.hex(hashes))
                .containsExactly(
                        vectors.get("big_block0").asText(),
                        vectors.get("lora_block0").asText(),
                        vectors.get("salt_block0").asText(),
                        vectors.get("mm_block0").asText(),
                        vectors.get("chain").get(0).asText());
    }

    private static JsonNode vectors(String algorithm, String seed) throws IOException {
        return Vectors.read("vllm-block-hashes.json").get(algorithm + "/seed=" + seed);
    }

    private static VllmBlockHasher hasher(String algorithm, String seed) {
        var scheme = HashScheme.ofId("vllm-" + algorithm.replace('_', '-')).orElseThrow();
        return (VllmBlockHasher) BlockHashers.of(scheme, BLOCK, seed);
    }
}
