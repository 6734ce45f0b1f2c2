package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.StoreFixture.MP;
import static dev.kvcachepool.cachenode.store.StoreFixture.SALT_KEY;
import static dev.kvcachepool.cachenode.store.StoreFixture.mpKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.prefixadvert.wire.Mismatch;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoredFormsTest {
    private static final int VALUE_BYTES = 4096;
    private static final ModelSpec LOCAL = new ModelSpec("local", "lmcache-sha256-cbor", 256, List.of());
    private static final ModelSpec HYBRID = new ModelSpec("hybrid", "lmcache-blake3", 256, List.of(0, 2));

    private long nanos = 5;
    private final PagedArena arena = new PagedArena(16 << 20);
    private final List<Mismatch> told = new ArrayList<>();
    private final BlockStore store = store(List.of(MP, LOCAL, HYBRID));

    private BlockStore store(List<ModelSpec> models) {
        var sizes = Map.of("mp", (long) VALUE_BYTES, "hybrid", (long) VALUE_BYTES);
        var made = new BlockStore(
                arena,
                new Steering(models, sizes, SALT_KEY),
                new StoreSettings(Duration.ZERO, 64 << 20, () -> nanos, InstantSource.system()));
        made.mismatches().listen(told::add);
        return made;
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void whatIsAsDeclaredIsNoMismatch() {
        // When
        put(mpKey("mp", 2, 1, 2, 1, 0, 7), VALUE_BYTES);
        put("local@1@0@1f@halfkv_bytes", 100);
        put("local@1@0@1f@halfmetadata", description(1, 2, 32, 256, 1024));
        put("something else", 100);
        // Then
        assertThat(store.mismatches().lately()).isEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    void aModelThatIsNotDeclaredIsNamed() {
        // When
        put(mpKey("other", 1, 0, 1, 0, 0, 7), 100);
        put(mpKey("other", 1, 0, 1, 0, 0, 8), 100);
        // Then
        assertThat(store.mismatches().lately())
                .containsExactly(new Mismatch(Mismatch.Kind.MODEL, "other", "", "engines store its chunks", 2));
        assertThat(store.mismatches().count(Mismatch.Kind.MODEL)).isEqualTo(2);
        assertThat(told).hasSize(1);
    }

    @Test
    void aPoolThatDeclaresNothingHasNothingToCompare() {
        // Given
        var plain = store(List.of());
        // When
        put(plain, mpKey("other", 1, 0, 1, 0, 0, 7), new byte[100]);
        // Then
        assertThat(plain.mismatches().lately()).isEmpty();
    }

    @Test
    void bothFormsOfHashesAreNamed() {
        // When
        put("mp@1@0@1f@half", 100);
        put(mpKey("local", 1, 0, 1, 0, 0, 7), 100);
        // Then
        assertThat(store.mismatches().lately())
                .extracting(Mismatch::sentence)
                .containsExactly(
                        "model mp: engines store chunks by hashes of 64 bits (LMCache in-process), the pool declares"
                                + " lmcache-blake3, whose hashes have 256 bits (LMCache MP)",
                        "model local: engines store chunks by hashes of 256 bits (LMCache MP), the pool declares"
                                + " lmcache-sha256-cbor, whose hashes have 64 bits (LMCache in-process)");
    }

    /** Formats as LMCache numbers them, each with its tokens where that format has them. */
    @ParameterizedTest
    @CsvSource({"1,2,32,512,1024", "6,1,32,512,576", "2,512,2,1024,0", "3,2,512,1024,0"})
    void aLargerChunkIsAMismatchAtOnce(int format, int first, int second, int third, int fourth) {
        // When
        put("local@1@0@1f@halfmetadata", description(format, first, second, third, fourth));
        // Then
        assertThat(store.mismatches().lately())
                .extracting(Mismatch::sentence)
                .containsExactly(
                        "model local: engines store chunks of 512 tokens, the pool declares chunks of 256 tokens");
    }

    @Test
    void theLargestIsNamedAsEndsOfPromptsAreSmaller() {
        // When
        put("local@1@0@1f@halfmetadata", description(1, 2, 32, 512, 1024));
        put("local@1@0@2f@halfmetadata", description(1, 2, 32, 300, 1024));
        // Then
        assertThat(store.mismatches().lately())
                .extracting(Mismatch::found)
                .containsExactly("engines store chunks of 512 tokens");
    }

    @Test
    void aChunkOverLmIsReadFromItsDescription() {
        // Given
        var value = new byte[500];
        System.arraycopy(description(1, 2, 32, 1000, 8), 0, value, 0, 28);
        // When
        put("local@1@0@1f@halflm_bytes", value);
        // Then
        assertThat(store.mismatches().lately()).extracting(Mismatch::kind).containsExactly(Mismatch.Kind.CHUNK_TOKENS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 5, 7, 99, -1})
    void otherFormatsSayNothingOfTokens(int format) {
        // When
        put("local@1@0@1f@halfmetadata", description(format, 9999, 9999, 9999, 9999));
        put("local@1@0@2f@halfmetadata", new byte[27]);
        put("local@1@0@3f@halfmetadata", description(1, 2, 32, -9, 1024));
        // Then
        assertThat(store.mismatches().lately()).isEmpty();
    }

    @Test
    void smallerChunksAreAMismatchWhenTheyAllHaveOneSize() {
        // Given ends of prompts, and whole chunks among them
        for (int i = 0; i < 1000; i++) {
            put("local@1@0@1f@halfmetadata", description(1, 2, 32, i % 17 == 0 ? 256 : 1 + i % 250, 1024));
        }
        assertThat(store.mismatches().lately()).isEmpty();
        // When
        for (int i = 1; i < WholeSize.SAME; i++) {
            put("local@1@0@1f@halfmetadata", description(1, 2, 32, 128, 1024));
        }
        assertThat(store.mismatches().lately()).isEmpty();
        put("local@1@0@1f@halfmetadata", description(1, 2, 32, 128, 1024));
        // Then
        assertThat(store.mismatches().lately())
                .extracting(Mismatch::found)
                .containsExactly("engines store chunks of 128 tokens");
    }

    @Test
    void valuesOfAnotherSizeAreAMismatchWhereOneGroupIsDeclared() {
        // When
        put(mpKey("mp", 1, 0, 1, 0, 0, 7), 2 * VALUE_BYTES);
        put(mpKey("mp", 1, 0, 1, 0, 3, 7), 3 * VALUE_BYTES);
        put(mpKey("hybrid", 1, 0, 1, 0, 0, 7), 3 * VALUE_BYTES);
        // Then
        assertThat(store.mismatches().lately())
                .extracting(Mismatch::sentence)
                .containsExactly(
                        "model mp: engines store values of 8192 bytes, the pool declares values of 4096 bytes");
    }

    @Test
    void isForgottenWhenItWasNotSeenForAWhile() {
        // Given
        put("mp@1@0@1f@half", 100);
        nanos += Mismatches.LATELY.toNanos();
        put("mp@1@0@2f@half", 100);
        nanos += Mismatches.LATELY.toNanos();
        assertThat(store.mismatches().lately()).hasSize(1);
        // When
        nanos++;
        // Then
        assertThat(store.mismatches().lately()).isEmpty();
        put("mp@1@0@3f@half", 100);
        assertThat(told).hasSize(2);
    }

    @Test
    void whoMakesNamesUpFillsNoLog() {
        // When
        for (int i = 0; i < 1000; i++) {
            put(mpKey("made-up-" + i, 1, 0, 1, 0, 0, 7), 10);
        }
        // Then
        assertThat(told).hasSize(NodeRow.MAX_MISMATCHES);
        assertThat(store.mismatches().lately()).hasSize(NodeRow.MAX_MISMATCHES);
        assertThat(store.mismatches().count(Mismatch.Kind.MODEL)).isEqualTo(1000);
    }

    private void put(String key, int bytes) {
        put(key, new byte[bytes]);
    }

    private void put(String key, byte[] value) {
        put(store, key, value);
    }

    private static void put(BlockStore store, String key, byte[] value) {
        var bytes = key.getBytes(StandardCharsets.UTF_8);
        try (var builder = store.receive(bytes, value.length)) {
            StoreFixture.fill(builder, value);
            assertThat(store.put(bytes, builder, PutOptions.PLAIN)).isEqualTo(PutResult.STORED);
        }
    }

    /** As LMCache writes it: length, format, type, shape. */
    private static byte[] description(int format, int... shape) {
        var buffer = ByteBuffer.allocate(28).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(1 << 20).putInt(format).putInt(3);
        for (int dimension : shape) {
            buffer.putInt(dimension);
        }
        return buffer.array();
    }
}
