package dev.kvcachepool.prefixadvert.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LmcacheHasherTest {

    static Stream<JsonNode> inProcess() throws IOException {
        return StreamSupport.stream(Vectors.read("lmcache-chunk-hashes.json").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource
    void inProcess(JsonNode vector) {
        // Given
        var scheme = "lmcache-" + vector.get("algorithm").asText().replace('_', '-');
        var hasher = BlockHashers.of(
                HashScheme.ofId(scheme).orElseThrow(),
                vector.get("chunk_tokens").intValue(),
                vector.get("seed").asText());

        // When
        var chain = hasher.chain(Vectors.ints(vector.get("tokens")));

        // Then
        assertThat(Vectors.hex(hasher.root())).isEqualTo(vector.get("root").asText());
        assertThat(Vectors.hex(chain)).isEqualTo(Vectors.strings(vector.get("chain")));
    }

    @Test
    void multiprocess() {
        // Given
        var hasher = BlockHashers.of(HashScheme.LMCACHE_BLAKE3, 4);

        // When
        var chain = hasher.chain(IntStream.range(0, 11).toArray());

        // Then
        assertThat(Vectors.hex(hasher.root()))
                .isEqualTo("7e3eff9ef7613a50340eb12677ee03b83ac759fcba9bb32705f07248d56d473b");
        assertThat(Vectors.hex(chain))
                .containsExactly(
                        "a2981a4d792b45f791d784bfd025148836ce3032f546cc490ef9fb7db9e639de",
                        "f76a7280af54e664fff4e1239c4a72936fedc49ba027e3a969a314ae980dbfd5");
    }

    @Test
    void stepsGiveTheSameAsTheChain() {
        // Given
        var tokens = IntStream.range(0, 1024).map(i -> i * 131).toArray();
        for (var scheme : HashScheme.values()) {
            if (scheme.computable()) {
                var hasher = BlockHashers.of(scheme, 256);

                // When
                var second = hasher.next(hasher.next(hasher.root(), tokens, 0), tokens, 256);

                // Then
                assertThat(hasher.chain(tokens)).hasSize(4);
                assertThat(hasher.chain(tokens).get(1)).as(scheme.id()).isEqualTo(second);
            }
        }
    }

    @Test
    void pythonsOwnHashIsRefused() {
        assertThatThrownBy(() -> BlockHashers.of(HashScheme.LMCACHE_BUILTIN, 256))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lmcache-builtin");
    }
}
