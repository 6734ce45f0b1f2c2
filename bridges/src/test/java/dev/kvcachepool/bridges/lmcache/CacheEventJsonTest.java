package dev.kvcachepool.bridges.lmcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.bridges.lmcache.CacheEvent.Change;
import dev.kvcachepool.bridges.lmcache.CacheEvent.Level;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheEventJsonTest {
    /** Made by hand, after the schema in the design. */
    private static final String BY_HAND = """
            {"batches": [{"instance_id": "vllm-0", "incarnation": 7, "seq": 3, "event_type": "store", "tier": "l1",
              "backend": "cpu", "shared": false, "ts": 1790000000.25, "future": {"x": [1]},
              "entries": [{"key": {"chunk_hash_hex": "00112233445566778899aabbccddeeff", "model_name": "meta/llama",
                "kv_rank": 4278190080, "object_group_id": 1, "cache_salt": "s"}, "size_bytes": 4096,
                "token_ids": [1, 2, 3], "token_offset": 256}]},
             {"instance_id": "vllm-0", "incarnation": 7, "seq": 4, "event_type": "config", "tier": "l2", "entries": [],
              "capacity_bytes": 1024, "capacity_revision": 2}]}
            """;

    @Test
    void theSchemaIsRead() throws Exception {
        // Given, When
        var events = CacheEventJson.decode(bytes(BY_HAND));
        // Then
        assertThat(events).hasSize(2);
        var store = events.getFirst();
        assertThat(store.instance()).isEqualTo("vllm-0");
        assertThat(store.incarnation()).isEqualTo(7);
        assertThat(store.sequence()).isEqualTo(3);
        assertThat(store.type()).isEqualTo(Change.STORE);
        assertThat(store.tier()).isEqualTo(Level.L1);
        assertThat(store.seconds()).isEqualTo(1790000000.25);
        var entry = store.entries().getFirst();
        assertThat(entry.key())
                .isEqualTo(new CacheKey("00112233445566778899aabbccddeeff", "meta/llama", 0xff000000, 1, "s"));
        assertThat(entry.key().worldSize()).isEqualTo(255);
        assertThat(entry.tokens()).containsExactly(1, 2, 3);
        assertThat(entry.tokenOffset()).isEqualTo(256);
        assertThat(events.getLast().capacityBytes()).isEqualTo(1024);
        assertThat(events.getLast().type()).isEqualTo(Change.CONFIG);
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        // Given
        var event = CacheEvents.event(
                1, 2, Change.DELETE, Level.L2, CacheEvents.entry(CacheEvents.RANK_1_OF_2, "tenant", -1));
        // When
        var read = CacheEventJson.decode(CacheEventJson.encode(List.of(event)));
        // Then
        assertThat(read).usingRecursiveComparison().isEqualTo(List.of(event));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"seq\": 3 | \"seq\": 0 | seq is not",
                "\"seq\": 3 | \"seq\": \"3\" | seq is not",
                "\"seq\": 3, | | seq is missing",
                "\"store\" | \"burn\" | event_type is not allowed; allowed are [store, delete, access, config]",
                "\"l1\" | \"l3\" | tier is not allowed; allowed are [l1, l2]",
                "00112233445566778899aabbccddeeff | 0011223344556677889 | chunk_hash_hex is not allowed",
                "4278190080 | 5 | kv_rank is rank 0 of 0",
                "\"object_group_id\": 1 | \"object_group_id\": 9999 | object_group_id is 9999",
                "[1, 2, 3] | [1, -2] | token_ids is not",
                "[1, 2, 3] | 5 | token_ids is not an array",
                "{\"batches\": | {\"batches\": [], \"batches\": | batches is there twice",
                "\"seq\": 3 | \"seq\": 3, \"seq\": 4 | seq is there twice",
                "{\"batches\": | {\"batch\": | batches is missing",
                "\"entries\": [], | | entries is missing",
                "\"key\": | \"name\": | key is missing",
                "[{\"key\" | [5, {\"key\" | an entry is not an object",
                "\"meta/llama\" | [\"meta/llama\"] | model_name is not text",
                "\"backend\": \"cpu\" | \"backend\": {\"a\": 1} | backend is not text",
                "\"shared\": false | \"shared\": 0 | shared is not true or false",
                "\"ts\": 1790000000.25 | \"ts\": \"now\" | ts is not a number",
                "\"seq\": 3 | \"seq\": 9223372036854775808 | seq is not a whole number",
            })
    void aMistakeIsNamedByItsField(String text, String instead, String message) {
        // Given
        var bytes = bytes(BY_HAND.replace(text, instead == null ? "" : instead));
        // When, Then
        assertThatThrownBy(() -> CacheEventJson.decode(bytes))
                .isInstanceOf(MalformedCacheEventException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void anythingIsAnEventOrRefused() {
        // Given
        long seed = Long.getLong("kvp.seed", new Random().nextLong());
        var random = new Random(seed);
        // When
        int accepted = 0;
        for (int round = 0; round < 30_000; round++) {
            var bytes = bytes(BY_HAND);
            for (int i = random.nextInt(3); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
            }
            try {
                CacheEventJson.decode(
                        random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes);
                accepted++;
            } catch (MalformedCacheEventException e) {
                assertThat(e.getMessage()).as("seed %d", seed).isNotBlank().doesNotStartWith("null");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + new String(bytes, StandardCharsets.UTF_8), e);
            }
        }
        // Then
        assertThat(accepted).as("seed %d", seed).isBetween(1, 29_999);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
