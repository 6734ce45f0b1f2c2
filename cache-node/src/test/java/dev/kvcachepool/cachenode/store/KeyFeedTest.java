package dev.kvcachepool.cachenode.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.store.KeyFeed.KeyState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyFeedTest {
    private final StoreFixture fixture = new StoreFixture(4);
    private final KeyFeed feed = fixture.store.keyFeed();

    @AfterEach
    void close() {
        fixture.close();
    }

    private static String key(int number) {
        return "any@02010201@0@%064x".formatted(number);
    }

    private static void apply(Map<String, Long> known, List<KeyState> states) {
        for (var state : states) {
            var name = state.key().hash().toString();
            if (state.bytes() < 0) {
                known.remove(name);
            } else {
                known.put(name, state.bytes());
            }
        }
    }

    private Map<String, Long> truth(int keys) {
        var there = new HashMap<String, Long>();
        for (int number = 0; number < keys; number++) {
            long length = fixture.store.length(key(number).getBytes(StandardCharsets.UTF_8));
            if (length >= 0) {
                there.put("%064x".formatted(number), length);
            }
        }
        return there;
    }

    /** Stores until others are evicted, overwrites, deletes and lets expire, in between pages and changes. */
    @Test
    void pagesAndChangesTogetherAreWhatIsHeld() {
        long seed = Long.getLong("kvp.seed", new Random().nextLong());
        var random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            // Given
            churn(random, 50);
            var known = new HashMap<String, Long>();
            // When
            feed.begin();
            long cursor = 0;
            do {
                var page = feed.page(cursor, 7);
                apply(known, page.keys());
                cursor = page.next();
                churn(random, 3);
            } while (cursor != 0);
            for (int step = 0; step < 20; step++) {
                churn(random, 10);
                apply(known, feed.changed(step % 2 == 0 ? 5 : 1000));
            }
            apply(known, feed.changed(1000));
            // Then
            assertThat(known).as("seed %d, round %d", seed, round).isEqualTo(truth(120));
        }
        assertThat(fixture.store.tier().counters().evictedUnits())
                .as("seed %d", seed)
                .isPositive();
    }

    private void churn(Random random, int operations) {
        for (int i = 0; i < operations; i++) {
            int number = random.nextInt(120);
            switch (random.nextInt(10)) {
                case 0, 1 -> fixture.store.delete(key(number).getBytes(StandardCharsets.UTF_8));
                case 2 -> fixture.put("other " + number, 10);
                case 3 ->
                    fixture.store.expireAt(
                            key(number).getBytes(StandardCharsets.UTF_8), fixture.store.nowMillis() + 1000);
                case 4 -> {
                    fixture.pass(Duration.ofMillis(300));
                    fixture.store.tidy();
                }
                default -> fixture.put(key(number), 1 + random.nextInt(150_000));
            }
        }
    }

    @Test
    void nothingIsNotedBeforeTheBeginningAndAfterTheEnd() {
        // When
        fixture.put(key(1), 10);
        feed.begin();
        var before = feed.changed(10);
        feed.end();
        fixture.put(key(2), 10);
        // Then
        assertThat(before).isEmpty();
        assertThat(feed.changed(10)).isEmpty();
    }

    @Test
    void whenAllIsRemovedAtOnceItIsToBeReadAnew() {
        // Given
        feed.begin();
        fixture.put(key(1), 10);
        // When
        fixture.store.clear();
        // Then
        assertThat(feed.changed(10)).isNull();
        feed.begin();
        assertThat(feed.page(0, 10).keys()).isEmpty();
        assertThat(feed.changed(10)).isEmpty();
    }

    @Test
    void whatIsNotedIsBounded() {
        // Given
        feed.begin();
        // When
        for (int number = 0; number <= KeyChanges.MOST; number++) {
            fixture.put(key(number), 1);
        }
        // Then
        assertThat(feed.changed(10)).isNull();
    }
}
