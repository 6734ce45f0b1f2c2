package dev.kvcachepool.bridges.lmcache;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.kvcachepool.bridges.lmcache.CacheEvent.Change;
import dev.kvcachepool.bridges.lmcache.CacheEvent.Level;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What somebody who may write the topic can make a router spend. */
class HostileCacheEventsTest {
    private static final int RANK_0_OF_1 = 1 << 24 | 1 << 8;
    private static final long MOST_BYTES = 200L * InstanceCache.CHUNK_BYTES;
    private static final SaltKey SALT_KEY = new SaltKey("secret");
    private static final ModelSpec MODEL = new ModelSpec("llama", HashScheme.LMCACHE_BLAKE3.id(), 4, List.of());

    private final CacheEventInbox inbox =
            new CacheEventInbox(() -> List.of(MODEL), SALT_KEY, (chunk, rest, tokens, position) -> {}, 150, MOST_BYTES);

    /** Records that are as full as may be of something that takes much more memory than bytes. */
    enum Bomb {
        EMPTY_OBJECTS("{\"batches\":[],\"future\":[", "]}", "{}"),
        EMPTY_OBJECTS_FOR_TEXT(CacheEventsText.BEFORE_BACKEND + "[", "]" + CacheEventsText.AFTER_BACKEND, "{}"),
        NAMES("{\"batches\":[],\"future\":{", "}}", "\"#\":1"),
        NAMES_OF_BATCHES("{\"batches\":[{", "}]}", "\"#\":1"),
        TOKENS(CacheEventsText.BEFORE_TOKENS, CacheEventsText.AFTER_TOKENS, "1"),
        ENTRIES(CacheEventsText.BEFORE_ENTRIES, CacheEventsText.AFTER_ENTRIES, CacheEventsText.ENTRY);

        private final String begin;
        private final String end;
        /** With # for its number. */
        private final String element;

        Bomb(String begin, String end, String element) {
            this.begin = begin;
            this.end = end;
            this.element = element;
        }

        private String element(int number) {
            return element.replace("#", Integer.toString(number, 36));
        }

        byte[] record() {
            var text =
                    new StringBuilder(CacheEventJson.MOST_BYTES).append(begin).append(element(0));
            for (int number = 1; ; number++) {
                var next = element(number);
                if (text.length() + 1 + next.length() + end.length() > CacheEventJson.MOST_BYTES) {
                    return text.append(end).toString().getBytes(StandardCharsets.UTF_8);
                }
                text.append(',').append(next);
            }
        }
    }

    /** Parts of records. */
    private static final class CacheEventsText {
        static final String KEY =
                "{\"chunk_hash_hex\":\"0011223344556677\",\"model_name\":\"m\",\"kv_rank\":16777472,\"object_group_id\":0}";
        static final String ENTRY = "{\"key\":" + KEY + "}";
        static final String BATCH =
                "{\"batches\":[{\"instance_id\":\"i\",\"incarnation\":1,\"seq\":1,\"event_type\":\"store\",\"tier\":\"l1\",";
        static final String BEFORE_BACKEND = BATCH + "\"entries\":[],\"backend\":";
        static final String AFTER_BACKEND = "}]}";
        static final String BEFORE_ENTRIES = BATCH + "\"entries\":[";
        static final String AFTER_ENTRIES = "]}]}";
        static final String BEFORE_TOKENS = BEFORE_ENTRIES + "{\"key\":" + KEY + ",\"token_ids\":[";
        static final String AFTER_TOKENS = "]}" + AFTER_ENTRIES;

        private CacheEventsText() {}
    }

    @ParameterizedTest
    @EnumSource(Bomb.class)
    void aRecordTakesAFewTimesItsOwnBytes(Bomb bomb) {
        // Given
        var record = bomb.record();
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        inbox.take(record);
        // When
        long before = threads.getCurrentThreadAllocatedBytes();
        inbox.take(record);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        // Then
        assertThat(allocated).isLessThan(12L * CacheEventJson.MOST_BYTES);
    }

    @Test
    void namesThatNobodyAsksForMakeRoomForOthers() {
        // Given
        take("engine", 1, 0);
        // When
        for (int number = 0; number < 5_000; number++) {
            take("name " + number, 1, 0);
            take("name " + number, 2, 0, Change.DELETE);
            assertThat(held("engine", 0)).isTrue();
        }
        // Then
        assertThat(inbox.stats().instances()).isEqualTo(4096);
        assertThat(inbox.stats().overLimit()).isEqualTo(5_001 - 4_096);
    }

    @Test
    void allInstancesTogetherAreBounded() {
        // Given
        take("engine", 1, 0);
        // When
        for (int instance = 0; instance < 5; instance++) {
            for (int chunk = 0; chunk < 100; chunk++) {
                take("name " + instance, chunk + 1, chunk);
                assertThat(held("engine", 0)).isTrue();
            }
        }
        // Then
        assertThat(inbox.stats().chunks()).isLessThanOrEqualTo(MOST_BYTES / InstanceCache.CHUNK_BYTES);
        assertThat(inbox.stats().overLimit()).isPositive();
        assertThat(held("name 4", 99)).isTrue();
    }

    @Test
    void partsThatTakeMuchAreCountedAsMuch() {
        // Given, When
        for (int chunk = 0; chunk < 100; chunk++) {
            inbox.take(record("engine", chunk + 1, Change.STORE, key(chunk, 16_383)));
        }
        // Then
        assertThat(inbox.stats().chunks()).isLessThan(MOST_BYTES / 2048);
        assertThat(inbox.stats().overLimit()).isPositive();
    }

    @Test
    void theHighestNumbersAreNumbers() {
        // Given
        var last = new CacheEvent(
                "engine",
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                Change.STORE,
                Level.L1,
                "",
                entries(key(0, 0)),
                false,
                0,
                -1,
                -1);
        // When
        inbox.take(CacheEventJson.encode(List.of(last)));
        take("engine", 1, 1);
        inbox.take(CacheEventJson.encode(List.of(last)));
        // Then
        assertThat(held("engine", 0)).isTrue();
        assertThat(inbox.stats().dropped()).isEqualTo(2);
    }

    @Test
    void hashesThatCollideAreChunksLikeOthers() {
        // Given
        var blocks = new ArrayList<CacheKey>();
        for (long number = 0; number < 100; number++) {
            // Long.hashCode of each half is 0.
            blocks.add(
                    new CacheKey("%016x%016x".formatted(number << 32 | number, 0L), MODEL.name(), RANK_0_OF_1, 0, ""));
        }
        // When
        inbox.take(record("engine", 1, Change.STORE, blocks.toArray(CacheKey[]::new)));
        // Then
        assertThat(inbox.stats().chunks()).isEqualTo(100);
    }

    private void take(String instance, long sequence, int chunk) {
        take(instance, sequence, chunk, Change.STORE);
    }

    private void take(String instance, long sequence, int chunk, Change type) {
        inbox.take(record(instance, sequence, type, key(chunk, 0)));
    }

    private static byte[] record(String instance, long sequence, Change type, CacheKey... keys) {
        var event = new CacheEvent(instance, 1, sequence, type, Level.L1, "", entries(keys), false, 0, -1, -1);
        return CacheEventJson.encode(List.of(event));
    }

    private static List<CacheEntry> entries(CacheKey... keys) {
        return List.of(keys).stream()
                .map(key -> new CacheEntry(key, 1, new int[0], -1))
                .toList();
    }

    private static CacheKey key(int chunk, int group) {
        return new CacheKey("%032x".formatted(chunk), MODEL.name(), RANK_0_OF_1, group, "");
    }

    private boolean held(String instance, int chunk) {
        var namespace = Namespace.of(MODEL.name(), MODEL.scheme(), SALT_KEY.tag(""));
        return inbox.held(instance, new BlockId(namespace, new BlockHash(0, chunk))) != null;
    }
}
