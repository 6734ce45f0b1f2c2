package dev.kvcachepool.cachenode.disk;

import static dev.kvcachepool.cachenode.disk.LogFixture.MIB;
import static dev.kvcachepool.cachenode.disk.LogFixture.content;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The log against a map, over a disk that fails now and then and processes that come and go. What is read is what was
 * written there; what was erased, dropped or never written is never seen, unless the disk refused the erasure.
 */
class LogModelTest {
    private static final int STEPS = 4000;
    private static final int KEYS = 40;
    private static final long CAPACITY = 8L * MIB;

    private MemoryFiles memory = new MemoryFiles();

    /** Where each written record lies, and by which seed its content is made. */
    private final Map<Place, Long> written = new HashMap<>();

    private final Map<Place, String> keys = new HashMap<>();
    /** Records that a recovery may show although they were to be erased: the disk refused, twice. */
    private final Set<Place> undead = new HashSet<>();

    private long lastSeed;
    private long read;

    @Test
    void neverShowsWhatItShouldNot() {
        run();
    }

    @Test
    void neverShowsWhatItShouldNotInRoomSetAside() {
        memory = new MemoryFiles(true);
        run();
    }

    private void run() {
        long seed = System.nanoTime();
        System.out.println("LogModelTest seed " + seed);
        var random = new Random(seed);
        var files = new FaultyFiles(memory, seed);
        try (var fixture = new LogFixture(files, CAPACITY)) {
            fixture.comeBack();
            for (int step = 0; step < STEPS; step++) {
                files.setChance(random.nextInt(3) == 0 ? .05 : 0);
                switch (random.nextInt(20)) {
                    case 0 -> comeBack(fixture, files);
                    case 1, 2 -> dropOldest(fixture);
                    case 3, 4, 5 -> erase(fixture, random);
                    case 6, 7, 8, 9, 10, 11 -> append(fixture, random);
                    default -> read(fixture, random);
                }
                fixture.nanos.addAndGet(1_000_000_000L * random.nextInt(40));
            }
        }
        System.out.printf("RESULT %d steps, %d values read right, 0 wrong%n", STEPS, read);
        assertThat(read).isPositive();
    }

    private void append(LogFixture fixture, Random random) {
        var key = "k" + random.nextInt(KEYS);
        long content = ++lastSeed;
        var place = fixture.append(key, content(content, size(content)));
        if (place != null) {
            written.put(place, content);
            keys.put(place, key);
        } else if (fixture.log.full()) {
            dropOldest(fixture);
        }
    }

    private static int size(long content) {
        return (int) (content * 7919 % (300 << 10));
    }

    private void dropOldest(LogFixture fixture) {
        fixture.log.oldestSegment().ifPresent(segment -> {
            long refused = fixture.log.counters().eraseErrors();
            fixture.log.drop(segment);
            forgetSegment(segment, fixture.log.counters().eraseErrors() > refused);
        });
    }

    private void forgetSegment(long segment, boolean mayComeBack) {
        for (var place : Set.copyOf(written.keySet())) {
            if (place.segment() == segment) {
                if (mayComeBack) {
                    undead.add(place);
                } else {
                    forget(place);
                }
            }
        }
    }

    private void forget(Place place) {
        written.remove(place);
        keys.remove(place);
    }

    private void erase(LogFixture fixture, Random random) {
        var place = any(random);
        if (place == null) {
            return;
        }
        if (fixture.log.erase(place)) {
            forget(place);
        } else {
            forgetSegment(place.segment(), true);
            undead.add(place);
        }
    }

    private void read(LogFixture fixture, Random random) {
        var place = any(random);
        if (place == null) {
            return;
        }
        var found = fixture.read(keys.get(place), place);
        if (found != null) {
            assertIsRight(place, found);
        }
    }

    private void assertIsRight(Place place, byte[] found) {
        var content = written.get(place);
        assertThat(content).as("a record at %s", place).isNotNull();
        assertThat(Arrays.equals(found, content(content, size(content))))
                .as("content at %s", place)
                .isTrue();
        read++;
    }

    private Place any(Random random) {
        var places = written.keySet().stream()
                .filter(place -> !undead.contains(place))
                .sorted()
                .toList();
        return places.isEmpty() ? null : places.get(random.nextInt(places.size()));
    }

    private void comeBack(LogFixture fixture, FaultyFiles files) {
        files.setChance(0);
        for (var found : fixture.comeBack().entrySet()) {
            var place = found.getValue();
            assertThat(written).as("%s, found at a start", place).containsKey(place);
            assertThat(keys.get(place)).isEqualTo(found.getKey());
            var content = fixture.read(found.getKey(), place);
            assertThat(content).isNotNull();
            assertIsRight(place, content);
        }
        written.keySet()
                .removeIf(place -> undead.contains(place) && !fixture.comeBack().containsValue(place));
    }
}
