package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.StoreFixture.MIB;
import static dev.kvcachepool.cachenode.store.StoreFixture.MP;
import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static dev.kvcachepool.cachenode.store.StoreFixture.mpBlock;
import static dev.kvcachepool.cachenode.store.StoreFixture.mpKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.BlockId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * After any change, exactly the blocks that it made incomplete are told as gone, and no others: keys removed one by one or
 * many at once, evicted, expired, overwritten by what finds no room, or all cleared. The oracle asks the store which keys it
 * holds.
 */
class ExactRemovalTest {
    private static final int CHUNKS = 40;
    private static final int STEPS = 3000;
    private static final String[] SALTS = {"", "tenant"};

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final TreeMap<String, BlockId> blockOfKey = new TreeMap<>();
    private final Set<BlockId> told = new HashSet<>();

    @Test
    void exactlyWhatIsGoneIsToldAsGone() {
        System.out.println("seed " + seed);
        try (var fixture = new StoreFixture(24)) {
            // Given chunks of two ranks, of two tenants
            for (int chunk = 0; chunk < CHUNKS; chunk++) {
                for (int rank = 0; rank < 2; rank++) {
                    for (var salt : SALTS) {
                        blockOfKey.put(key(chunk, rank, salt), mpBlock(MP, chunk, salt));
                    }
                }
            }
            int gone = 0;
            for (int step = 0; step < STEPS; step++) {
                var before = keysHeld(fixture);
                // When
                var what = change(fixture);
                // Then
                gone += check(fixture, before, "seed %d, step %d: %s".formatted(seed, step, what));
            }
            assertThat(gone).as("blocks gone, seed %d", seed).isGreaterThan(STEPS / 20);
            assertThat(fixture.store.tier().counters().evictedUnits()).isPositive();
        }
    }

    private String change(StoreFixture fixture) {
        var key = anyKey();
        switch (random.nextInt(20)) {
            case 0, 1, 2 -> fixture.store.delete(bytes(key));
            case 3 -> {
                for (int i = 0; i < 5; i++) {
                    fixture.store.delete(bytes(anyKey()));
                }
            }
            case 4 -> fixture.store.expireAt(bytes(key), fixture.store.nowMillis() + 1 + random.nextInt(5000));
            case 5 -> {
                fixture.pass(Duration.ofMillis(random.nextInt(8000)));
                fixture.store.tidy();
            }
            case 6 -> fixture.store.exists(bytes(key));
            case 7 -> {
                if (random.nextInt(20) == 0) {
                    fixture.store.clear();
                }
            }
            case 8 -> fixture.put(key, 23 * MIB);
            default -> fixture.put(key, 1 + random.nextInt(MIB));
        }
        return key;
    }

    /** Compares what was told with what is; how many blocks are gone. */
    private int check(StoreFixture fixture, Set<String> before, String step) {
        var changed = fixture.takeChanges();
        var after = keysHeld(fixture);
        // A key that has expired is noticed by whoever asks for it.
        var noticed = fixture.takeChanges();
        var wholeBefore = wholeOf(before);
        var wholeAfter = wholeOf(after);
        var toldGone = new HashSet<BlockId>();
        for (var block : Stream.concat(changed.stream(), noticed.stream()).toList()) {
            if (fixture.store.current(block) == null) {
                toldGone.add(block);
                told.remove(block);
            } else {
                told.add(block);
            }
        }
        var gone = new HashSet<>(wholeBefore);
        gone.removeAll(wholeAfter);
        assertThat(told).as(step).isEqualTo(wholeAfter);
        assertThat(toldGone).as(step).isEqualTo(gone);
        return gone.size();
    }

    private Set<String> keysHeld(StoreFixture fixture) {
        var held = new TreeSet<String>();
        for (var key : blockOfKey.keySet()) {
            if (fixture.holds(key)) {
                held.add(key);
            }
        }
        return held;
    }

    private Set<BlockId> wholeOf(Set<String> keys) {
        var once = new HashSet<BlockId>();
        var whole = new HashSet<BlockId>();
        for (var key : keys) {
            var block = blockOfKey.get(key);
            if (!once.add(block)) {
                whole.add(block);
            }
        }
        return whole;
    }

    private String anyKey() {
        return key(random.nextInt(CHUNKS), random.nextInt(2), SALTS[random.nextInt(SALTS.length)]);
    }

    private static String key(int chunk, int rank, String salt) {
        var key = mpKey("mp", 2, rank, 2, rank, 0, chunk);
        return salt.isEmpty() ? key : key + "@" + salt;
    }
}
