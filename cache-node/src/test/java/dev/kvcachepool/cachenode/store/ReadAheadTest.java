package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.DiskFixture.MIB;
import static dev.kvcachepool.cachenode.store.DiskStoreTest.content;
import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static dev.kvcachepool.cachenode.store.StoreFixture.mpKey;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read into memory before a client asks for it. */
class ReadAheadTest {
    private static final int RANKS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private HeldLog log;

    /** A store whose chunks lie on disk only, as an earlier process has left them. */
    private DiskFixture withOnDisk(int hostMebibytes, int chunks) throws IOException {
        var fixture = new DiskFixture(folder, hostMebibytes, 256L * MIB, 64L * MIB, opened -> {
            log = new HeldLog(opened);
            return log;
        });
        for (int chunk = 0; chunk < chunks; chunk++) {
            for (int rank = 0; rank < RANKS; rank++) {
                fixture.putThrough(key(chunk, rank), content(chunk * RANKS + rank, MIB / 2));
            }
        }
        fixture.dieAndComeBack();
        fixture.awaitProven((long) chunks * RANKS);
        return fixture;
    }

    private static String key(int chunk, int rank) {
        return mpKey("mp", RANKS, rank, RANKS, rank, 0, chunk);
    }

    private static void awaitAhead(DiskFixture fixture, long values) {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> fixture.disk().counters().ahead() == values);
    }

    private void awaitBegun(int reads) {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> log.begun.size() == reads);
    }

    private static void assertRight(DiskFixture fixture, int chunk, int rank) {
        assertThat(fixture.get(key(chunk, rank))).isEqualTo(content(chunk * RANKS + rank, MIB / 2));
    }

    @Test
    void allRanksOfALeasedChunkAreInMemoryWhenTheyAreAskedFor() throws Exception {
        try (var fixture = withOnDisk(64, 2)) {
            // Given
            assertThat(fixture.store.exists(bytes(key(0, 0)))).isTrue();
            awaitAhead(fixture, RANKS);
            // When
            for (int rank = 0; rank < RANKS; rank++) {
                assertRight(fixture, 0, rank);
            }
            // Then
            assertThat(fixture.store.counters().hits()).isEqualTo(RANKS);
            assertThat(fixture.disk().counters().hits()).isZero();
            assertThat(fixture.disk().counters().aheadUsed()).isEqualTo(RANKS);
            assertThat(fixture.store.tier().leasedBytes()).as("leased").isZero();
        }
    }

    @Test
    void theOtherRanksFollowTheOneThatIsRead() throws Exception {
        try (var fixture = withOnDisk(64, 2)) {
            // When
            assertRight(fixture, 1, 2);
            // Then
            awaitAhead(fixture, RANKS - 1);
            assertThat(log.begun).hasSize(RANKS).doesNotHaveDuplicates();
            assertRight(fixture, 1, 0);
            assertThat(fixture.disk().counters().hits()).isEqualTo(1);
        }
    }

    @Test
    void aRunIsReadInTheOrderOfItsLeases() throws Exception {
        try (var fixture = withOnDisk(64, 5)) {
            // When
            for (int chunk = 4; chunk >= 0; chunk--) {
                fixture.store.exists(bytes(key(chunk, 0)));
            }
            // Then each of the two readers begins what it reads in this order, however long one of them is held up
            awaitAhead(fixture, 5L * RANKS);
            assertThat(longestRise(
                            log.begun.stream().map(key -> chunkOf(key, 5)).toList()))
                    .isLessThanOrEqualTo(2);
        }
    }

    /** Of numbers that are two falling sequences in one, no three rise. */
    private static int longestRise(List<Integer> numbers) {
        var longest = new int[numbers.size()];
        for (int i = 0; i < longest.length; i++) {
            longest[i] = 1;
            for (int before = 0; before < i; before++) {
                if (numbers.get(before) < numbers.get(i)) {
                    longest[i] = Math.max(longest[i], longest[before] + 1);
                }
            }
        }
        return Arrays.stream(longest).max().orElse(0);
    }

    private static int chunkOf(String key, int chunks) {
        for (int chunk = 0; chunk < chunks; chunk++) {
            if (isOf(key, chunk)) {
                return chunk;
            }
        }
        throw new AssertionError(key + " is of no chunk");
    }

    private static boolean isOf(String key, int chunk) {
        return key.endsWith("%08x%056d".formatted(chunk, 0));
    }

    @Test
    void whoAsksMeanwhileWaitsForTheReadInHand() throws Exception {
        try (var fixture = withOnDisk(64, 1);
                var threads = Executors.newSingleThreadExecutor()) {
            // Given two reads in hand
            log.hold();
            fixture.store.exists(bytes(key(0, 0)));
            awaitBegun(2);
            var first = requireNonNull(log.begun.getFirst());
            // When
            Callable<byte[]> get = () -> fixture.get(first);
            var got = threads.submit(get);
            log.letGo();
            // Then
            assertThat(got.get()).isIn(content(0, MIB / 2), content(1, MIB / 2));
            awaitAhead(fixture, RANKS);
            assertThat(log.begun).hasSize(RANKS).doesNotHaveDuplicates();
        }
    }

    @Test
    void whatWaitsIsDroppedWhenTheLeaseEnds() throws Exception {
        try (var fixture = withOnDisk(64, 3)) {
            // Given two reads in hand, and ten values that wait
            log.hold();
            for (int chunk = 0; chunk < 3; chunk++) {
                fixture.store.exists(bytes(key(chunk, 0)));
            }
            awaitBegun(2);
            // When
            fixture.passedNanos.addAndGet(StoreFixture.LEASE.toNanos());
            log.letGo();
            // Then what was being read is not kept either
            await().atMost(PATIENCE).until(() -> fixture.disk().counters().aheadCancelled() == 3 * RANKS);
            assertThat(log.begun).hasSize(2);
            assertThat(fixture.disk().counters().ahead()).isZero();
            assertThat(fixture.store.usedBytes()).isZero();
        }
    }

    @Test
    void noMoreThanAShareIsReadAheadAndNoLeaseEndsForIt() throws Exception {
        try (var fixture = withOnDisk(32, 8)) {
            // Given a chunk in memory that is leased
            fixture.putThrough(key(100, 0), content(-1, MIB));
            fixture.store.exists(bytes(key(100, 0)));
            // When far more is leased on disk
            for (int chunk = 0; chunk < 8; chunk++) {
                fixture.store.exists(bytes(key(chunk, 0)));
            }
            // Then a fifth of the memory less what is leased is filled, and the rest waits
            awaitAhead(fixture, 10);
            assertThat(fixture.store.tier().leasedBytes()).isEqualTo(6L * MIB);
            assertThat(fixture.store.tier().counters().leasesCut()).isZero();
            // When the client comes
            for (int chunk = 0; chunk < 8; chunk++) {
                for (int rank = 0; rank < RANKS; rank++) {
                    assertRight(fixture, chunk, rank);
                }
            }
            // Then
            assertThat(log.begun).hasSize(8 * RANKS).doesNotHaveDuplicates();
            assertThat(fixture.disk().counters().aheadUsed()).isGreaterThanOrEqualTo(10);
            assertThat(fixture.store.tier().counters().leasesCut()).isZero();
        }
    }
}
