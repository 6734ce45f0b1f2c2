package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.DiskStoreTest.content;
import static dev.kvcachepool.cachenode.store.KnownKeys.key;
import static dev.kvcachepool.cachenode.store.StoreFixture.MIB;
import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys whose values are on disk as well, or there alone: memory of 4 MiB. */
class KeyFeedDiskTest {
    private static final int VALUE = MIB / 2;
    private static final int KEYS = 300;

    @TempDir
    Path folder;

    private DiskFixture fixture;
    private KnownKeys keys;

    @BeforeEach
    void open() throws IOException {
        fixture = new DiskFixture(folder, 4, 64L * MIB);
        keys = new KnownKeys(fixture.store);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void whatOnlyTheDiskHasIsHeld() {
        // Given
        keys.read();
        // When four times what memory holds is stored
        for (int number = 0; number < 32; number++) {
            fixture.putThrough(key(number), content(number, VALUE));
        }
        // Then nothing has gone, neither by the changes nor for one who reads it all now
        assertThat(keys.follow()).hasSize(32).isEqualTo(keys.truth(KEYS));
        keys.read();
        assertThat(keys.follow()).hasSize(32);
        assertThat(fixture.store.tier().counters().evictedUnits()).isPositive();
    }

    @Test
    void whatGoesWithASegmentIsSaidToHaveGone() {
        // Given
        keys.read();
        // When more is stored than the disk holds, an overwritten and a deleted key among it
        for (int number = 0; number < 250; number++) {
            fixture.putThrough(key(number), content(number, VALUE));
            if (number == 200) {
                fixture.putThrough(key(150), content(1, VALUE / 2));
                fixture.store.delete(bytes(key(151)));
            }
        }
        // Then
        assertThat(fixture.disk().counters().givenUp()).isPositive();
        assertThat(keys.follow()).isEqualTo(keys.truth(KEYS)).hasSizeLessThan(249);
    }

    @Test
    void whatAnEarlierProcessWroteIsHeld() throws IOException {
        // Given
        for (int number = 0; number < 20; number++) {
            fixture.putThrough(key(number), content(number, VALUE));
        }
        // When
        fixture.dieAndComeBack();
        // Then
        var next = new KnownKeys(fixture.store);
        next.read();
        assertThat(next.follow()).hasSize(20).isEqualTo(next.truth(KEYS));
    }

    /** Stores, overwrites, reads back and deletes, while the disk writes behind and gives up segments. */
    @Test
    void changesAreWhatIsHeldWhateverTheDiskDoesMeanwhile() {
        // Given
        long seed = Long.getLong("kvp.seed", new Random().nextLong());
        var random = new Random(seed);
        keys.read();
        for (int step = 0; step < 1_500; step++) {
            // When
            int number = random.nextInt(KEYS);
            switch (random.nextInt(6)) {
                case 0 -> fixture.store.delete(bytes(key(number)));
                case 1 -> fixture.get(key(number));
                default -> fixture.put(key(number), content(number, 1 + random.nextInt(VALUE)));
            }
            if (step % 50 == 0) {
                keys.follow();
            }
        }
        fixture.awaitWritten();
        // Then
        assertThat(keys.follow()).as("seed %d", seed).isEqualTo(keys.truth(KEYS));
        assertThat(fixture.disk().logCounters().droppedSegments())
                .as("seed %d", seed)
                .isPositive();
    }
}
