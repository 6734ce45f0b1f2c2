package dev.kvcachepool.cachenode.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.tenant.TenantSettings;
import dev.kvcachepool.cachenode.tenant.Tenants;
import dev.kvcachepool.cachenode.tier.Quotas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tenants with quotas of a node's disk. */
class DiskQuotaTest {
    private static final int MIB = 1 << 20;
    private static final int TENANT = 1;
    private static final int VALUE = 256 << 10;
    /** Of values, with the heads of their records. */
    private static final int QUOTA = 9 * VALUE;

    @TempDir
    Path folder;

    private DiskFixture fixture;

    @BeforeEach
    void open() throws IOException {
        var salts = folder.resolve("salts");
        Files.writeString(salts, "t\n");
        var tenants =
                new Tenants(List.of(new TenantSettings("tenant", salts, Quotas.UNLIMITED, QUOTA, Quotas.UNLIMITED)));
        fixture = new DiskFixture(folder.resolve("disk"), 32, 256L * MIB, tenants);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void atItsQuotaATenantsOldestRecordsGoAndNobodyElses() throws IOException {
        // Given
        store("", 20);
        // When
        store("t", 20);
        // Then
        assertThat(fixture.disk().recordBytes(TENANT)).isBetween(7L * VALUE, (long) QUOTA);
        assertThat(fixture.disk().counters().overQuota()).isGreaterThanOrEqualTo(11);
        assertThat(fixture.disk().recordBytes(Quotas.OTHERS)).isGreaterThanOrEqualTo(20L * VALUE);
        // All of them are in memory yet
        assertThat(held("t", 20)).isEqualTo(20);
        // When the process is killed, what was erased is gone for good
        fixture.dieAndComeBack();
        // Then
        assertThat(held("t", 20)).isBetween(7L, 8L);
        assertThat(fixture.get(key(19, "t"))).isEqualTo(content(19));
        assertThat(fixture.get(key(0, "t"))).isNull();
        assertThat(held("", 20)).isEqualTo(20);
        assertThat(fixture.disk().recordBytes(TENANT)).isBetween(7L * VALUE, (long) QUOTA);
    }

    @Test
    void pinnedRecordsStayAndAreNotWrittenAnew() {
        // Given a tenant whose disk is full of what is pinned
        store("t", 8);
        for (int chunk = 0; chunk < 8; chunk++) {
            assertThat(fixture.store.pin(StoreFixture.bytes(key(chunk, "t")), fixture.store.nowMillis() + 60_000))
                    .isEqualTo(PinResult.PINNED);
        }
        // When
        fixture.putThrough(key(8, "t"), content(8));
        // Then it is in memory alone
        assertThat(fixture.disk().counters().notWritten()).isPositive();
        assertThat(fixture.get(key(8, "t"))).isEqualTo(content(8));
        assertThat(fixture.disk().counters().overQuota()).isZero();
    }

    @Test
    void aValueLargerThanTheQuotaStaysInMemory() {
        // Given
        store("t", 3);
        // When
        fixture.putThrough(key(9, "t"), new byte[QUOTA + 1]);
        // Then
        assertThat(fixture.disk().recordBytes(TENANT)).isBetween(3L * VALUE, 4L * VALUE);
        assertThat(fixture.get(key(9, "t"))).hasSize(QUOTA + 1);
    }

    private void store(String salt, int chunks) {
        for (int chunk = 0; chunk < chunks; chunk++) {
            fixture.putThrough(key(chunk, salt), content(chunk));
        }
    }

    private long held(String salt, int chunks) {
        return IntStream.range(0, chunks)
                .filter(chunk -> fixture.store.length(StoreFixture.bytes(key(chunk, salt))) >= 0)
                .count();
    }

    private static byte[] content(int chunk) {
        var content = new byte[VALUE];
        Arrays.fill(content, (byte) (chunk + 1));
        return content;
    }

    private static String key(int chunk, String salt) {
        return StoreFixture.mpKey("mp", 1, 0, 1, 0, 0, chunk) + (salt.isEmpty() ? "" : "@" + salt);
    }
}
