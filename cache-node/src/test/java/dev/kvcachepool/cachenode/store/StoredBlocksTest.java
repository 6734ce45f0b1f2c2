package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.DiskStoreTest.content;
import static dev.kvcachepool.cachenode.store.StoreFixture.MIB;
import static dev.kvcachepool.cachenode.store.StoreFixture.MP;
import static dev.kvcachepool.cachenode.store.StoreFixture.mpBlock;
import static dev.kvcachepool.cachenode.store.StoreFixture.mpKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.cachenode.tier.EvictionKind;
import dev.kvcachepool.cachenode.tier.EvictionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chunks kept, let go and brought into memory by what adverts call them. */
class StoredBlocksTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private static String key(int chunk) {
        return mpKey("mp", 1, 0, 1, 0, 0, chunk);
    }

    private static StoreFixture memory() {
        return new StoreFixture(16, 64 * MIB, new EvictionSettings(EvictionKind.LRU, 25));
    }

    private static void fill(StoreFixture fixture) {
        for (int i = 0; i < 40; i++) {
            fixture.put("filler" + fixture.store.counters().stored(), MIB);
        }
    }

    /** A store whose chunks of one MiB lie on disk only, as an earlier process has left them. */
    private DiskFixture onDisk(int hostMebibytes, int chunks) throws Exception {
        var fixture = new DiskFixture(folder, hostMebibytes, 256L * MIB);
        for (int chunk = 0; chunk < chunks; chunk++) {
            fixture.putThrough(key(chunk), content(chunk, MIB));
        }
        fixture.dieAndComeBack();
        fixture.awaitProven(chunks);
        return fixture;
    }

    private static WarmResult warm(DiskFixture fixture, int chunk) {
        return fixture.store.blocks().warm(mpBlock(MP, chunk, ""));
    }

    @Test
    void aPinnedChunkSurvivesAndOneThatIsUnpinnedLeaves() {
        try (var fixture = memory()) {
            // Given
            fixture.put(key(7), MIB);
            fixture.put(key(8), MIB);
            long until = fixture.store.nowMillis() + 60_000;
            var blocks = fixture.store.blocks();
            assertThat(blocks.pin(mpBlock(MP, 7, ""), until)).isEqualTo(PinResult.PINNED);
            // When
            fill(fixture);
            // Then
            assertThat(fixture.holds(key(7))).isTrue();
            assertThat(fixture.holds(key(8))).isFalse();
            assertThat(blocks.pin(mpBlock(MP, 8, ""), until)).isEqualTo(PinResult.MISSING);
            assertThat(blocks.pin(mpBlock(MP, 7, "another tenant"), until)).isEqualTo(PinResult.MISSING);
            // When
            assertThat(blocks.unpin(mpBlock(MP, 7, ""))).isTrue();
            assertThat(blocks.unpin(mpBlock(MP, 7, ""))).isFalse();
            fill(fixture);
            // Then
            assertThat(fixture.holds(key(7))).isFalse();
        }
    }

    @Test
    void pinsByHashAndByKeyShareOneLimit() {
        try (var fixture = memory()) {
            // Given a quarter of the memory, pinned one way and the other
            long until = fixture.store.nowMillis() + 60_000;
            for (int chunk = 0; chunk < 5; chunk++) {
                fixture.put(key(chunk), MIB);
            }
            for (int chunk = 0; chunk < 2; chunk++) {
                fixture.store.pin(StoreFixture.bytes(key(chunk)), until);
                fixture.store.blocks().pin(mpBlock(MP, chunk + 2, ""), until);
            }
            // When
            var result = fixture.store.blocks().pin(mpBlock(MP, 4, ""), until);
            // Then
            assertThat(result).isEqualTo(PinResult.NO_ROOM);
            assertThat(fixture.store.tier().counters().pinsRefused()).isEqualTo(1);
            assertThat(fixture.store.unpin(StoreFixture.bytes(key(3)))).isTrue();
            assertThat(fixture.store.blocks().pin(mpBlock(MP, 4, ""), until)).isEqualTo(PinResult.PINNED);
        }
    }

    @Test
    void aChunkThatIsNotWholeIsNotThere() {
        try (var fixture = memory()) {
            // Given one rank of two
            fixture.put(mpKey("mp", 2, 0, 2, 0, 0, 7), MIB);
            // When
            var result = fixture.store.blocks().pin(mpBlock(MP, 7, ""), fixture.store.nowMillis() + 60_000);
            // Then
            assertThat(result).isEqualTo(PinResult.MISSING);
            assertThat(fixture.store.blocks().warm(mpBlock(MP, 7, ""))).isEqualTo(WarmResult.MISSING);
        }
    }

    @Test
    void whatIsWarmedIsReadFromDiskOnce() throws Exception {
        try (var fixture = onDisk(64, 3)) {
            // When
            assertThat(warm(fixture, 1)).isEqualTo(WarmResult.READING);
            // Then
            await().atMost(PATIENCE).until(() -> warm(fixture, 1) == WarmResult.IN_MEMORY);
            assertThat(fixture.get(key(1))).isEqualTo(content(1, MIB));
            assertThat(fixture.disk().counters().hits()).isZero();
            assertThat(fixture.disk().counters().ahead()).isEqualTo(1);
            assertThat(warm(fixture, 9)).isEqualTo(WarmResult.MISSING);
        }
    }

    @Test
    void warmingTakesNoMoreThanReadingAheadMayAndTheRestFollows() throws Exception {
        try (var fixture = onDisk(64, 40)) {
            // When: a fifth of 64 MiB may be leased or under way
            var first = IntStream.range(0, 40)
                    .filter(chunk -> warm(fixture, chunk) != WarmResult.NO_ROOM)
                    .count();
            // Then
            assertThat(first).isEqualTo(12);
            await().atMost(PATIENCE).until(() -> fixture.disk().counters().ahead() == first);
            // When the leases are over, and somebody asks again
            var all = await().atMost(PATIENCE)
                    .until(
                            () -> {
                                fixture.passedNanos.addAndGet(StoreFixture.LEASE.toNanos());
                                fixture.store.tidy();
                                return IntStream.range(0, 40)
                                        .filter(chunk -> warm(fixture, chunk) == WarmResult.IN_MEMORY)
                                        .count();
                            },
                            warm -> warm == 40);
            // Then
            assertThat(all).isEqualTo(40);
        }
    }

    @Test
    void warmingEvictsNothingThatIsPinned() throws Exception {
        try (var fixture = onDisk(16, 30)) {
            // Given three that are in memory and pinned
            for (int chunk = 0; chunk < 3; chunk++) {
                assertThat(fixture.get(key(chunk))).isNotNull();
                assertThat(fixture.store.blocks().pin(mpBlock(MP, chunk, ""), fixture.wallMillis.get() + 86_400_000))
                        .isEqualTo(PinResult.PINNED);
            }
            long hits = fixture.disk().counters().hits();
            // When all others are warmed, more than there is memory
            for (int chunk = 3; chunk < 30; chunk++) {
                int next = chunk;
                await().atMost(PATIENCE)
                        .until(
                                () -> {
                                    fixture.passedNanos.addAndGet(StoreFixture.LEASE.toNanos());
                                    fixture.store.tidy();
                                    return warm(fixture, next);
                                },
                                result -> result == WarmResult.IN_MEMORY);
            }
            // Then
            for (int chunk = 0; chunk < 3; chunk++) {
                assertThat(fixture.get(key(chunk))).isEqualTo(content(chunk, MIB));
            }
            assertThat(fixture.disk().counters().hits()).isEqualTo(hits);
        }
    }
}
