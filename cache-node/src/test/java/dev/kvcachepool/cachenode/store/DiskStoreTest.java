package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.DiskFixture.MIB;
import static dev.kvcachepool.cachenode.store.StoreFixture.MP;
import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static dev.kvcachepool.cachenode.store.StoreFixture.mpBlock;
import static dev.kvcachepool.cachenode.store.StoreFixture.mpKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.cachenode.store.PutOptions.Condition;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store whose values also lie on disk. */
class DiskStoreTest {
    private static final String CHUNK = mpKey("mp", 1, 0, 1, 0, 0, 7);

    @TempDir
    private Path folder;

    @Test
    void whatLeftMemoryIsReadFromDisk() throws Exception {
        try (var fixture = new DiskFixture(folder, 8, 256L * MIB)) {
            // Given four times as much as memory holds
            for (int i = 0; i < 32; i++) {
                fixture.putThrough("k" + i, content(i, MIB + i));
            }
            // When
            for (int i = 0; i < 32; i++) {
                // Then
                assertThat(fixture.get("k" + i)).as("k%d", i).isEqualTo(content(i, MIB + i));
            }
            assertThat(fixture.store.keys()).isEqualTo(32);
            assertThat(fixture.disk().counters().hits()).isGreaterThanOrEqualTo(24);
            assertThat(fixture.store.counters().misses()).isZero();
        }
    }

    @Test
    void aProcessThatComesBackHasWhatWasWritten() throws Exception {
        try (var fixture = new DiskFixture(folder, 8, 256L * MIB)) {
            // Given
            for (int i = 0; i < 8; i++) {
                fixture.putThrough("k" + i, content(i, MIB));
            }
            // When
            fixture.dieAndComeBack();
            // Then
            for (int i = 0; i < 8; i++) {
                assertThat(fixture.get("k" + i)).isEqualTo(content(i, MIB));
            }
        }
    }

    @Test
    void whatWasOverwrittenOrRemovedNeverComesBack() throws Exception {
        try (var fixture = new DiskFixture(folder, 8, 256L * MIB)) {
            // Given
            fixture.putThrough("overwritten", content(1, MIB));
            fixture.putThrough("removed", content(2, MIB));
            fixture.putThrough("kept", content(3, MIB));
            fixture.put("overwritten", content(4, MIB));
            assertThat(fixture.store.delete(bytes("removed"))).isTrue();
            // When it dies before the new value may be written
            fixture.dieAndComeBack();
            // Then
            var overwritten = fixture.get("overwritten");
            assertThat(overwritten == null || Arrays.equals(overwritten, content(4, MIB)))
                    .isTrue();
            assertThat(fixture.get("removed")).isNull();
            assertThat(fixture.get("kept")).isEqualTo(content(3, MIB));
        }
    }

    @Test
    void nothingComesBackAfterEverythingWasRemoved() throws Exception {
        try (var fixture = new DiskFixture(folder, 8, 256L * MIB)) {
            // Given
            fixture.putThrough("k", content(1, MIB));
            // When
            fixture.store.clear();
            // Then
            assertThat(fixture.store.keys()).isZero();
            fixture.dieAndComeBack();
            assertThat(fixture.store.keys()).isZero();
            assertThat(fixture.disk().usedBytes()).isLessThan(MIB);
        }
    }

    @Test
    void endsOutliveTheProcess() throws Exception {
        try (var fixture = new DiskFixture(folder, 8, 256L * MIB)) {
            // Given a key with an end, and one that got its end when it lay on disk only
            long end = fixture.wallMillis.get() + 10_000;
            fixture.put("early", content(1, MIB), new PutOptions(Condition.ALWAYS, end));
            fixture.putThrough("late", content(2, MIB));
            fixture.dieAndComeBack();
            assertThat(fixture.store.expiresAtMillis(bytes("early"))).isEqualTo(end);
            assertThat(fixture.store.expireAt(bytes("late"), end)).isTrue();
            fixture.awaitWritten();
            // When
            fixture.dieAndComeBack();
            // Then
            assertThat(fixture.store.expiresAtMillis(bytes("late"))).isEqualTo(end);
            assertThat(fixture.get("late")).isEqualTo(content(2, MIB));
            fixture.wallMillis.set(end);
            fixture.dieAndComeBack();
            assertThat(fixture.get("early")).isNull();
            assertThat(fixture.get("late")).isNull();
        }
    }

    @Test
    void conditionsSeeWhatLiesOnDisk() throws Exception {
        try (var fixture = new DiskFixture(folder, 8, 256L * MIB)) {
            // Given
            fixture.putThrough("k", content(1, MIB));
            fixture.dieAndComeBack();
            // When
            var absent = fixture.put("k", content(2, MIB), new PutOptions(Condition.IF_ABSENT, PutOptions.FOREVER));
            var present = fixture.put("k", content(3, MIB), new PutOptions(Condition.IF_PRESENT, PutOptions.KEEP));
            // Then
            assertThat(absent).isEqualTo(PutResult.NOT_MET);
            assertThat(present).isEqualTo(PutResult.STORED);
            assertThat(fixture.get("k")).isEqualTo(content(3, MIB));
            assertThat(fixture.store.exists(bytes("k"))).isTrue();
            assertThat(fixture.store.length(bytes("k"))).isEqualTo(MIB);
        }
    }

    @Test
    void recoveredChunksAreAdvertisedOnceTheirBytesWereCompared() throws Exception {
        try (var fixture = new DiskFixture(folder, 8, 256L * MIB)) {
            // Given
            fixture.putThrough(CHUNK, content(1, MIB));
            var before = row(fixture);
            assertThat(before.tiers()).isEqualTo(Tier.HOST.mask());
            // When
            fixture.dieAndComeBack();
            fixture.awaitProven(1);
            // Then
            assertThat(fixture.changes).containsExactly(mpBlock(MP, 7, ""));
            assertThat(row(fixture).tiers()).isEqualTo(Tier.DISK.mask());
            assertThat(row(fixture).storedAtMicros()).isEqualTo(before.storedAtMicros());
            assertThat(fixture.get(CHUNK)).isEqualTo(content(1, MIB));
            assertThat(row(fixture).tiers()).isEqualTo(Tier.HOST.mask());
        }
    }

    private static BlockRow row(DiskFixture fixture) {
        return Objects.requireNonNull(fixture.store.current(mpBlock(MP, 7, "")));
    }

    @Test
    void flippedBitsAreAMissAndNeverAdvertised() throws Exception {
        try (var fixture = new DiskFixture(folder, 8, 256L * MIB)) {
            // Given
            fixture.putThrough(CHUNK, content(1, MIB));
            flipInEachSegment(MIB / 2);
            // When
            fixture.dieAndComeBack();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> fixture.disk().counters().lost() == 1);
            // Then
            assertThat(fixture.get(CHUNK)).isNull();
            assertThat(fixture.store.current(mpBlock(MP, 7, ""))).isNull();
            assertThat(fixture.store.keys()).isZero();
        }
    }

    private void flipInEachSegment(long at) throws IOException {
        try (var files = Files.list(folder)) {
            for (var file :
                    files.filter(each -> each.toString().endsWith(".segment")).toList()) {
                try (var content = new RandomAccessFile(file.toFile(), "rw")) {
                    content.seek(at);
                    int before = content.read();
                    content.seek(at);
                    content.write(before ^ 1);
                }
            }
        }
    }

    @Test
    void whatIsUsedStaysWhenTheLogTurnsOver() throws Exception {
        try (var fixture = new DiskFixture(folder, 8, 64L * MIB)) {
            // Given a key that is asked for now and then, and more than the disk holds
            fixture.putThrough("used", content(-1, MIB));
            for (int i = 0; i < 160; i++) {
                fixture.putThrough("k" + i, content(i, MIB));
                fixture.awaitRoom(); // who writes faster than room is made loses the oldest segment as it is
                // When
                if (i % 8 == 0) {
                    assertThat(fixture.get("used")).as("after %d", i).isEqualTo(content(-1, MIB));
                }
            }
            // Then
            assertThat(fixture.disk().counters().moved()).isPositive();
            assertThat(fixture.disk().usedBytes()).isLessThanOrEqualTo(64L * MIB);
            assertThat(fixture.get("k0")).isNull();
            assertThat(fixture.get("k159")).isEqualTo(content(159, MIB));
        }
    }

    @Test
    void whatIsPinnedIsWrittenAgainWhenItsSegmentGoes() throws Exception {
        try (var fixture = new DiskFixture(folder, 8, 64L * MIB)) {
            // Given a pinned key that lies on disk only, as after a start
            fixture.putThrough("pinned", content(-1, MIB));
            fixture.dieAndComeBack();
            var result = fixture.store.pin(bytes("pinned"), fixture.store.nowMillis() + 3_600_000);
            assertThat(result).isEqualTo(PinResult.PINNED);
            // When far more comes than the disk holds
            for (int i = 0; i < 160; i++) {
                fixture.putThrough("k" + i, content(i, MIB));
            }
            // Then
            assertThat(fixture.get("pinned")).isEqualTo(content(-1, MIB));
            assertThat(fixture.get("k0")).isNull();
            fixture.awaitWritten();
            fixture.dieAndComeBack();
            assertThat(fixture.get("pinned")).isEqualTo(content(-1, MIB));
        }
    }

    @Test
    void aFullIndexGivesUpTheOldestSegment() throws Exception {
        try (var fixture = new DiskFixture(folder, 8, 256L * MIB, 64 << 10)) {
            // When far more keys come than the index holds
            IntStream.range(0, 500).forEach(i -> fixture.putThrough("k" + i, content(i, 128 << 10)));
            // Then the newest are there
            assertThat(fixture.disk().counters().givenUp()).isPositive();
            assertThat(fixture.get("k499")).isEqualTo(content(499, 128 << 10));
            assertThat(fixture.store.counters().dropped()).isLessThan(50);
        }
    }

    @Test
    void keysThatAreNotWantedAreErased() throws Exception {
        try (var fixture = new DiskFixture(folder, 8, 256L * MIB)) {
            // Given
            fixture.putThrough("opaque", content(1, MIB));
            fixture.putThrough(CHUNK, content(2, MIB));
            // When
            fixture.comeBackWanting(BlockStore::namesItsContent);
            // Then
            assertThat(fixture.store.keys()).isEqualTo(1);
            fixture.comeBackWanting(key -> true);
            assertThat(fixture.store.keys()).isEqualTo(1);
            assertThat(fixture.get(CHUNK)).isEqualTo(content(2, MIB));
        }
    }

    @Test
    void anEndedProcessLeavesAllThatIsInMemory() throws Exception {
        try (var fixture = new DiskFixture(folder, 8, 256L * MIB)) {
            // Given
            for (int i = 0; i < 7; i++) {
                fixture.put("k" + i, content(i, MIB));
            }
            // When
            assertThat(fixture.disk().flush(Duration.ofSeconds(60))).isZero();
            fixture.dieAndComeBack();
            // Then
            assertThat(fixture.store.keys()).isEqualTo(7);
        }
    }

    static byte[] content(int seed, int size) {
        var content = new byte[size];
        new Random(seed).nextBytes(content);
        return content;
    }
}
