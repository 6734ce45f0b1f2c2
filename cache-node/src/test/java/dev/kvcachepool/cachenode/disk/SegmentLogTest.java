package dev.kvcachepool.cachenode.disk;

import static dev.kvcachepool.cachenode.disk.LogFixture.MIB;
import static dev.kvcachepool.cachenode.disk.LogFixture.bytes;
import static dev.kvcachepool.cachenode.disk.LogFixture.content;
import static dev.kvcachepool.cachenode.disk.LogFixture.digest;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class SegmentLogTest {
    private final MemoryFiles memory = new MemoryFiles();
    private final FaultyFiles files = new FaultyFiles(memory, 1);

    @Test
    void readsWhatWasWrittenInAllSizes() {
        try (var fixture = new LogFixture(files, 64L * MIB)) {
            for (int size : new int[] {0, 1, 4095, 4096, 4097, MIB, 3 * MIB + 17, 9 * MIB}) {
                // When
                var place = requireNonNull(fixture.append("k" + size, content(size, size)));
                // Then
                assertThat(digest(fixture.read("k" + size, place))).isEqualTo(digest(content(size, size)));
                assertThat(fixture.log.verify(place, bytes("k" + size))).isTrue();
            }
        }
    }

    @Test
    void theNextProcessFindsThem() {
        try (var fixture = new LogFixture(files, 64L * MIB)) {
            // Given
            for (int i = 0; i < 20; i++) {
                requireNonNull(fixture.append("k" + i, content(i, MIB + i)));
            }
            var longKey = "k".repeat(64 << 10);
            requireNonNull(fixture.append(longKey, content(-1, 10)));
            // When
            var found = fixture.comeBack();
            // Then
            assertThat(found).hasSize(21);
            for (int i = 0; i < 20; i++) {
                assertThat(digest(fixture.read("k" + i, found.get("k" + i)))).isEqualTo(digest(content(i, MIB + i)));
            }
            assertThat(digest(fixture.read(longKey, found.get(longKey)))).isEqualTo(digest(content(-1, 10)));
            assertThat(requireNonNull(fixture.append("next", content(1, 1))).segment())
                    .isGreaterThan(found.get("k19").segment());
        }
    }

    @Test
    void whatWasErasedOrDroppedIsNeverSeenAgain() {
        try (var fixture = new LogFixture(files, 64L * MIB)) {
            // Given
            var erased = requireNonNull(fixture.append("erased", content(1, MIB)));
            requireNonNull(fixture.append("kept", content(2, MIB)));
            var dropped = requireNonNull(fixture.append("dropped", content(3, 5 * MIB)));
            // When
            assertThat(fixture.log.erase(erased)).isTrue();
            fixture.log.drop(dropped.segment());
            // Then
            assertThat(fixture.read("erased", erased)).isNull();
            assertThat(fixture.read("dropped", dropped)).isNull();
            assertThat(fixture.comeBack()).containsOnlyKeys("kept");
        }
    }

    @Test
    void aRecordIsForItsKeyOnly() {
        try (var fixture = new LogFixture(files, 64L * MIB)) {
            // Given
            var place = requireNonNull(fixture.append("one", content(1, 100)));
            // When
            var other = fixture.read("two", place);
            // Then
            assertThat(other).isNull();
            assertThat(fixture.log.counters().foreign()).isEqualTo(1);
        }
    }

    @Test
    void roomIsGivenByDroppingTheOldestSegment() {
        try (var fixture = new LogFixture(files, 8L * MIB)) {
            // Given a log that is full
            int written = 0;
            while (fixture.append("k" + written, content(written, 100 << 10)) != null) {
                written++;
            }
            assertThat(fixture.log.full()).isTrue();
            assertThat(fixture.log.tight()).isTrue();
            assertThat(fixture.log.trouble()).isNull();
            assertThat(fixture.log.usedBytes()).isLessThanOrEqualTo(8L * MIB);
            // When
            fixture.log.drop(fixture.log.oldestSegment().orElseThrow());
            // Then
            assertThat(fixture.log.full()).isFalse();
            assertThat(fixture.append("next", content(-1, 100 << 10))).isNotNull();
            assertThat(fixture.comeBack()).doesNotContainKey("k0").containsKeys("k" + (written - 1), "next");
        }
    }

    @Test
    void aDiskSmallerThanTheLogIsALogThatIsFull() {
        try (var fixture = new LogFixture(files, 64L * MIB)) {
            // Given
            memory.setRoom(10L * MIB + 12345);
            // When
            for (int i = 0; i < 100; i++) {
                var place = fixture.append("k" + i, content(i, MIB));
                while (place == null) {
                    assertThat(fixture.log.full()).as("at %d", i).isTrue();
                    assertThat(fixture.log.tight()).isTrue();
                    fixture.log.drop(fixture.log.oldestSegment().orElseThrow());
                    place = fixture.append("k" + i, content(i, MIB));
                }
            }
            // Then
            assertThat(fixture.log.trouble()).isNull();
            assertThat(fixture.log.usedBytes()).isLessThanOrEqualTo(64L * MIB);
            assertThat(fixture.comeBack())
                    .containsKeys("k99", "k98", "k97", "k96")
                    .doesNotContainKey("k50");
        }
    }

    @Test
    void aDiskWithNoRoomAtAllIsATrouble() {
        try (var fixture = new LogFixture(files, 64L * MIB)) {
            // Given
            memory.setRoom(4096);
            // When
            var place = fixture.append("k", content(1, MIB));
            // Then
            assertThat(place).isNull();
            assertThat(fixture.log.full()).isFalse();
            assertThat(fixture.log.trouble()).contains("No space left on device");
        }
    }

    @Test
    void whatIsLargerThanTheLogIsNotWrittenAndTakesNothing() {
        try (var fixture = new LogFixture(files, 8L * MIB)) {
            // Given
            requireNonNull(fixture.append("small", content(1, 100)));
            // When
            var place = fixture.append("large", content(2, 8 * MIB));
            // Then
            assertThat(place).isNull();
            assertThat(fixture.log.full()).isFalse();
        }
    }

    @Test
    void flippedBitsAreNoticed() {
        try (var fixture = new LogFixture(files, 64L * MIB)) {
            // Given
            var place = requireNonNull(fixture.append("k", content(1, 100_000)));
            var file = memory.files().values().iterator().next();
            var before = file.bytes();
            for (int at : new int[] {(int) place.offset() + 70, (int) place.offset() + 50_000}) {
                // When
                var harmed = before.clone();
                harmed[at] ^= 4;
                file.set(harmed);
                // Then
                assertThat(fixture.read("k", place)).isNull();
                assertThat(fixture.log.verify(place, bytes("k"))).isFalse();
            }
            file.set(before);
            assertThat(digest(fixture.read("k", place))).isEqualTo(digest(content(1, 100_000)));
            assertThat(fixture.log.counters().torn()).isEqualTo(2);
            assertThat(fixture.log.counters().corrupt()).isEqualTo(2);
        }
    }

    @Test
    void aTornEndIsCutOff() {
        try (var fixture = new LogFixture(files, 64L * MIB)) {
            // Given
            requireNonNull(fixture.append("whole", content(1, 100_000)));
            requireNonNull(fixture.append("torn", content(2, 100_000)));
            var file = memory.files().values().iterator().next();
            var all = file.bytes();
            for (int cut : new int[] {1, 4096, 60_000, 103_000}) {
                // When
                file.set(Arrays.copyOf(all, all.length - cut));
                // Then
                assertThat(fixture.comeBack()).containsOnlyKeys("whole");
            }
        }
    }

    @Test
    void anothersSegmentsAreLeftAlone() {
        try (var fixture = new LogFixture(files, 64L * MIB)) {
            // Given
            requireNonNull(fixture.append("k", content(1, 100)));
            // When another pool gets the folder
            var found = fixture.comeBackAs("other pool");
            // Then
            assertThat(found).isEmpty();
            assertThat(fixture.log.counters().foreign()).isEqualTo(1);
            requireNonNull(fixture.append("own", content(2, 100)));
            assertThat(fixture.comeBackAs("pool")).containsOnlyKeys("k");
            assertThat(fixture.comeBackAs("other pool")).containsOnlyKeys("own");
        }
    }

    @Test
    void recoveryEndsInTimeAndGivesUpTheOldest() {
        try (var fixture = new LogFixture(files, 64L * MIB)) {
            // Given three segments
            for (int i = 0; i < 3; i++) {
                requireNonNull(fixture.append("k" + i, content(i, 5 * MIB)));
            }
            // When the clock says after the first one that time is over
            var log = new SegmentLog(
                    files,
                    new LogSettings(Path.of("memory"), 64L * MIB, "pool"),
                    () -> fixture.nanos.getAndAdd(Duration.ofSeconds(1).toNanos()));
            var found = new ArrayList<String>();
            log.recover(
                    Duration.ofMillis(1500),
                    record -> found.add(new String(record.head().key(), StandardCharsets.UTF_8)));
            // Then
            assertThat(found).containsExactly("k2");
            assertThat(log.counters().unreachedSegments()).isEqualTo(2);
            assertThat(memory.files()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyFiles.Fault.class,
            mode = Mode.INCLUDE,
            names = {"NO_SPACE", "READ_ONLY", "WRITE_ERROR"})
    void aDiskThatRefusesToWriteIsNamedTriedAgainAndHeals(FaultyFiles.Fault fault) {
        try (var fixture = new LogFixture(files, 64L * MIB)) {
            // Given
            var before = requireNonNull(fixture.append("before", content(1, 1000)));
            files.set(fault);
            // When
            assertThat(fixture.append("during", content(2, 1000))).isNull();
            // Then it says so, does not hammer the disk, and still reads
            assertThat(fixture.log.trouble()).startsWith("writing was refused: ");
            assertThat(fixture.log.full()).isFalse();
            long errors = fixture.log.counters().writeErrors();
            assertThat(fixture.append("at once", content(3, 1000))).isNull();
            assertThat(fixture.log.counters().writeErrors()).isEqualTo(errors);
            if (fault != FaultyFiles.Fault.WRITE_ERROR) {
                assertThat(digest(fixture.read("before", before))).isEqualTo(digest(content(1, 1000)));
            }
            files.set(FaultyFiles.Fault.NONE);
            fixture.nanos.addAndGet(Duration.ofSeconds(31).toNanos());
            var after = requireNonNull(fixture.append("after", content(4, 1000)));
            assertThat(fixture.log.trouble()).isNull();
            assertThat(digest(fixture.read("after", after))).isEqualTo(digest(content(4, 1000)));
            assertThat(fixture.comeBack()).containsKey("after").doesNotContainKeys("during", "at once");
        }
    }

    @Test
    void readErrorsAndShortReadsAreMisses() {
        try (var fixture = new LogFixture(files, 64L * MIB)) {
            // Given
            var place = requireNonNull(fixture.append("k", content(1, 1000)));
            for (var fault : new FaultyFiles.Fault[] {FaultyFiles.Fault.READ_ERROR, FaultyFiles.Fault.SHORT_READ}) {
                // When
                files.set(fault);
                // Then
                assertThat(fixture.read("k", place)).isNull();
            }
            files.set(FaultyFiles.Fault.NONE);
            assertThat(digest(fixture.read("k", place))).isEqualTo(digest(content(1, 1000)));
            assertThat(fixture.log.counters().readErrors()).isEqualTo(1);
        }
    }

    @Test
    void aRefusedErasureGivesUpTheSegmentAsSoonAsItCan() {
        try (var fixture = new LogFixture(files, 64L * MIB)) {
            // Given
            var place = requireNonNull(fixture.append("k", content(1, 1000)));
            files.set(FaultyFiles.Fault.READ_ONLY);
            // When
            boolean erased = fixture.log.erase(place);
            // Then
            assertThat(erased).isFalse();
            assertThat(fixture.read("k", place)).isNull();
            files.set(FaultyFiles.Fault.NONE);
            requireNonNull(fixture.append("next", content(2, 1000)));
            assertThat(fixture.comeBack()).containsOnlyKeys("next");
        }
    }

    @Test
    void aFolderIsOfOneProcessAndHasToBeOne(@TempDir Path folder) throws IOException {
        // Given
        var settings = new LogSettings(folder.resolve("log"), 64L * MIB, "pool");
        try (var log = SegmentLog.open(settings)) {
            assertThat(log.usedBytes()).isZero();
            // Then
            assertThatThrownBy(() -> SegmentLog.open(settings))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is in use by another process");
        }
        SegmentLog.open(settings).close();
        var file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> SegmentLog.open(new LogSettings(file, 64L * MIB, "pool")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'" + file + "' is no folder");
    }
}
