package dev.kvcachepool.prefixadvert.anyposition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random histories against a search that compares each window with each text. The same again: {@code -Dkvp.seed=…}. */
class AnyPositionModelTest {
    private final long seed = Long.getLong("kvp.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<Text, LinkedHashMap<BlockHash, Integer>> model = new HashMap<>();
    private long now;
    private final FingerprintIndex index = new FingerprintIndex(1 << 22, 1 << 14, () -> now);

    /** Tokens of a namespace; lists compare by content. */
    private record Text(Namespace namespace, List<Integer> tokens) {}

    @ParameterizedTest
    @CsvSource({"2, 3", "3, 5", "50, 8", "1000000, 16"})
    void findsWhatAPlainSearchFinds(int vocabulary, int longest) {
        System.out.println("kvp.seed=" + seed);
        for (int round = 0; round < 300; round++) {
            // Given
            for (int i = 0; i < 10; i++) {
                store(vocabulary, 1 + random.nextInt(longest));
            }
            if (round % 20 == 19) {
                forgetSome();
            }
            var namespace = namespace();
            int window = 1 + random.nextInt(longest);
            var query = query(vocabulary);
            int salt = random.nextInt();

            // When
            var found = Found.in(index, namespace, window, hash -> isTaken(hash, salt), query);

            // Then
            assertSame(found, namespace, query, window, salt, "seed " + seed + ", round " + round);
            assertThat(index.stats().chunks())
                    .isEqualTo(model.values().stream().mapToInt(Map::size).sum());
            assertThat(index.stats().texts()).isEqualTo(model.size());
        }
    }

    private void assertSame(List<Found> found, Namespace namespace, int[] query, int window, int salt, String when) {
        var left = found.iterator();
        for (int at = 0; at + window <= query.length; ) {
            var chunks = model.getOrDefault(text(namespace, query, at, window), new LinkedHashMap<>());
            var takeable = new HashMap<>(chunks);
            takeable.keySet().removeIf(hash -> !isTaken(hash, salt));
            if (takeable.isEmpty()) {
                at++;
                continue;
            }
            assertThat(left.hasNext()).as(when).isTrue();
            var next = left.next();
            assertThat(next.now()).as(when).isEqualTo(at);
            assertThat(takeable).as(when).containsEntry(next.hash(), next.then());
            if (takeable.containsValue(at)) {
                assertThat(next.then()).as(when).isEqualTo(at);
            }
            at += window;
        }
        assertThat(left.hasNext()).as(when).isFalse();
    }

    private void store(int vocabulary, int length) {
        now += Duration.ofSeconds(1).toNanos();
        var namespace = namespace();
        var tokens = random.ints(length, 0, vocabulary).toArray();
        var text = text(namespace, tokens, 0, length);
        // A hash names one text, and is stored again at times.
        var hash = new BlockHash(text.hashCode(), random.nextInt(6));
        int position = random.nextInt(10);
        index.stored(new BlockId(namespace, hash), BlockHash.NONE, tokens, position);
        var chunks = model.computeIfAbsent(text, any -> new LinkedHashMap<>());
        chunks.remove(hash);
        chunks.put(hash, position);
        if (chunks.size() > TextLayout.MOST_CHUNKS) {
            chunks.remove(chunks.keySet().iterator().next());
        }
    }

    private void forgetSome() {
        int salt = random.nextInt();
        Found.forgetUnheld(index, Duration.ofSeconds(-1), chunk -> isTaken(chunk.hash(), salt));
        model.values().forEach(chunks -> chunks.keySet().removeIf(hash -> !isTaken(hash, salt)));
        model.values().removeIf(Map::isEmpty);
    }

    /** Of texts that were stored, and of tokens by chance. */
    private int[] query(int vocabulary) {
        var texts = new ArrayList<>(model.keySet());
        var query = new ArrayList<Integer>();
        while (query.size() < 60) {
            if (!texts.isEmpty() && random.nextBoolean()) {
                query.addAll(texts.get(random.nextInt(texts.size())).tokens());
            } else {
                query.add(random.nextInt(vocabulary));
            }
        }
        return query.stream().mapToInt(Integer::intValue).toArray();
    }

    private Namespace namespace() {
        return new Namespace(random.nextInt(2));
    }

    private static boolean isTaken(BlockHash hash, int salt) {
        return (hash.hashCode() * 31 + salt & 3) != 0;
    }

    private static Text text(Namespace namespace, int[] tokens, int from, int length) {
        return new Text(
                namespace, Arrays.stream(tokens, from, from + length).boxed().toList());
    }
}
