package dev.kvcachepool.bridges.vllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.bridges.vllm.KvEvent.AllBlocksCleared;
import dev.kvcachepool.bridges.vllm.KvEvent.BlockRemoved;
import dev.kvcachepool.bridges.vllm.KvEvent.BlockStored;
import dev.kvcachepool.prefixadvert.hash.ExtraKeys;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KvEventDecoderTest {
    private static final byte[] HASH = HexFormat.of().parseHex("00112233445566778899aabbccddeeff".repeat(2));
    private static final EngineHash ITS_KEY = new EngineHash(0x0011223344556677L, 0x8899aabbccddeeffL);

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void everyEncodingSaysTheSame(Encoding encoding) throws Exception {
        // Given
        var stored = Encoding.stored(List.of(HASH, -2L), 7L, List.of(1, 2, 3, 200_000), 2);
        stored.put("lora_id", 3);
        stored.put("medium", "CPU");
        stored.put("lora_name", "adapter");
        stored.put(
                "extra_keys",
                List.of(
                        List.of(List.of("lora", "adapter", "/a"), List.of("cache_salt", "s")),
                        List.of(List.of("mm", "image", -3))));
        stored.put("group_idx", 2);
        stored.put("kv_cache_spec_kind", "mla_attention");
        var removed = Encoding.removed(List.of(HASH));
        removed.put("medium", "STORAGE");
        removed.put("group_idx", 1);
        // When
        var batch =
                KvEventDecoder.decode(encoding.batch(List.of(stored, removed, Map.of("type", EventFields.CLEARED))));
        // Then
        assertThat(batch.events()).hasSize(3);
        assertThat(batch.events().get(0)).isInstanceOfSatisfying(BlockStored.class, event -> {
            assertThat(event.hashes()).containsExactly(ITS_KEY, new EngineHash(0, -2));
            assertThat(event.parent()).isEqualTo(new EngineHash(0, 7));
            assertThat(event.tokens()).containsExactly(1, 2, 3, 200_000);
            assertThat(event.blockSize()).isEqualTo(2);
            assertThat(event.loraName()).isEqualTo("adapter");
            assertThat(event.nameless()).isFalse();
            assertThat(event.medium()).isEqualTo(Medium.CPU);
            assertThat(event.group()).isEqualTo(2);
            assertThat(event.prefix()).isTrue();
            assertThat(event.remote()).isFalse();
            assertThat(event.extrasOf(0).keys())
                    .isEqualTo(new ExtraKeys(new ExtraKeys.Lora("adapter", "/a"), List.of(), "s"));
            assertThat(event.extrasOf(1).keys()).isEqualTo(ExtraKeys.media(new ExtraKeys.Media("image", -3)));
        });
        assertThat(batch.events().get(1)).isEqualTo(new BlockRemoved(List.of(ITS_KEY), Medium.ELSEWHERE, 1, false));
        assertThat(batch.events().get(2)).isEqualTo(new AllBlocksCleared());
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void whatIsLeftOutHasItsDefault(Encoding encoding) throws Exception {
        // Given, When
        var batch = KvEventDecoder.decode(encoding.batch(
                List.of(Encoding.stored(List.of(1L), null, List.of(5), 1), Encoding.removed(List.of(1L)))));
        // Then
        assertThat(batch.events().getFirst()).isInstanceOfSatisfying(BlockStored.class, event -> {
            assertThat(event.parent()).isNull();
            assertThat(event.medium()).isEqualTo(Medium.GPU);
            assertThat(event.group()).isEqualTo(KvEvent.NO_GROUP);
            assertThat(event.prefix()).isTrue();
            assertThat(event.extrasOf(0)).isEqualTo(BlockExtras.NONE);
        });
        assertThat(batch.events().getLast())
                .isEqualTo(new BlockRemoved(List.of(new EngineHash(0, 1)), Medium.GPU, KvEvent.NO_GROUP, false));
    }

    @ParameterizedTest
    @EnumSource(value = Encoding.class, names = "ARRAYS", mode = EnumSource.Mode.EXCLUDE)
    void whatIsNotKnownIsCountedAndPassedOver(Encoding encoding) throws Exception {
        // Given
        var stored = Encoding.stored(List.of(1L), null, List.of(5), 1);
        stored.put("weather", List.of(Map.of("rain", 1)));
        stored.put("ownership", "OWNED");
        var moved = Encoding.removed(List.of());
        moved.put("type", "BlockMoved");
        moved.put("block_hashes", "what?");
        // When
        var batch = KvEventDecoder.decode(encoding.batch(List.of(moved, stored)));
        // Then
        assertThat(batch.events()).hasSize(1);
        assertThat(batch.skippedEvents()).isEqualTo(1);
        assertThat(batch.skippedFields()).isEqualTo(1);
    }

    @Test
    void kindsOfEventsThatAreNotKnownAreCounted() throws Exception {
        // Given, When
        var batch = KvEventDecoder.decode(Encoding.ARRAYS.batch(List.of(Map.of("type", "BlockMoved"))));
        // Then
        assertThat(batch).isEqualTo(new KvEventBatch(List.of(), 1, 0));
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void onlyFullAttentionTellsOfAPrefix(Encoding encoding) throws Exception {
        for (var kind : List.of("sliding_window", "mamba", "chunked_local_attention", "sliding_window_mla")) {
            // Given
            var stored = Encoding.stored(List.of(1L), null, List.of(5), 1);
            stored.put("kv_cache_spec_kind", kind);
            // When
            var batch = KvEventDecoder.decode(encoding.batch(List.of(stored)));
            // Then
            assertThat(((BlockStored) batch.events().getFirst()).prefix())
                    .as(kind)
                    .isFalse();
        }
    }

    @Test
    void extraKeysOfOlderEnginesAreNotUnderstood() throws Exception {
        // Given
        var stored = Encoding.stored(List.of(1L), null, List.of(5), 1);
        stored.put("extra_keys", List.of(List.of("salt or adapter?")));
        // When
        var batch = KvEventDecoder.decode(Encoding.MAPS.batch(List.of(stored)));
        // Then
        assertThat(((BlockStored) batch.events().getFirst()).extrasOf(0).understood())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "block_hashes, 5, block_hashes is not an array",
        "block_size, 3, token_ids has 1 elements",
        "block_size, two, block_size is not a whole number",
        "medium, 1, medium is not text",
        "group_idx, -4, 'group_idx is -4, allowed are 0 to 1023'",
        "lora_name, 9, lora_name is not text",
        "token_ids, text, token_ids is not an array",
    })
    void aMistakeIsNamedByItsField(String field, String value, String message) {
        // Given
        var stored = new HashMap<>(Encoding.stored(List.of(1L), null, List.of(5), 1));
        stored.put(field, value.matches("-?[0-9]+") ? (Object) Integer.valueOf(value) : value);
        var bytes = Encoding.MAPS.batch(List.of(stored));
        // When, Then
        assertThatThrownBy(() -> KvEventDecoder.decode(bytes))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void aLengthIsBelievedOnlyAsFarAsThereAreBytes() {
        // Given an array of 2^32 - 1 events, and one of 65,536 in a message of a few bytes
        for (var hex : List.of("92c0ddffffffff", "92c0dd00010000")) {
            var bytes = HexFormat.of().parseHex(hex);
            // When, Then
            assertThatThrownBy(() -> KvEventDecoder.decode(bytes))
                    .isInstanceOf(MalformedEventException.class)
                    .hasMessageStartingWith("events ");
        }
    }

    @Test
    void aMessageOfManyHashesIsRefused() {
        // Given
        var many = IntStream.range(0, 60_000).mapToObj(i -> (long) i).toList();
        var bytes =
                Encoding.ARRAYS.batch(List.of(Encoding.removed(many), Encoding.removed(many), Encoding.removed(many)));
        // When, Then
        assertThatThrownBy(() -> KvEventDecoder.decode(bytes)).hasMessageContaining("allowed are 131072");
    }

    @Test
    void nothingMayFollowTheBatch() {
        // Given
        var batch = Encoding.MAPS.batch(List.of());
        var bytes = java.util.Arrays.copyOf(batch, batch.length + 1);
        // When, Then
        assertThatThrownBy(() -> KvEventDecoder.decode(bytes)).hasMessageContaining("goes on");
    }
}
