package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.StoreFixture.HYBRID;
import static dev.kvcachepool.cachenode.store.StoreFixture.IN_PROCESS;
import static dev.kvcachepool.cachenode.store.StoreFixture.MIB;
import static dev.kvcachepool.cachenode.store.StoreFixture.MP;
import static dev.kvcachepool.cachenode.store.StoreFixture.SALT_KEY;
import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static dev.kvcachepool.cachenode.store.StoreFixture.mpBlock;
import static dev.kvcachepool.cachenode.store.StoreFixture.mpKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WholenessTest {
    private final StoreFixture fixture = new StoreFixture(16);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aChunkOfOneRankIsWholeAtOnce() {
        // When
        fixture.pass(Duration.ofSeconds(5));
        fixture.put(mpKey("mp", 1, 0, 1, 0, 0, 7), 1000);
        // Then
        var row = fixture.store.current(mpBlock(MP, 7, ""));
        assertThat(row)
                .isEqualTo(BlockRow.flat(Tier.HOST.mask(), 1, RankSet.SINGLE, 1000, 256, fixture.nanos.get() / 1000));
        assertThat(fixture.takeChanges()).containsExactly(mpBlock(MP, 7, ""));
    }

    @Test
    void allRanksOfThisHostMakeItWhole() {
        // Given the second of two hosts with two ranks each
        fixture.put(mpKey("mp", 4, 2, 2, 0, 0, 7), 1000);
        assertThat(fixture.store.current(mpBlock(MP, 7, ""))).isNull();
        assertThat(fixture.takeChanges()).isEmpty();
        // When
        fixture.put(mpKey("mp", 4, 3, 2, 1, 0, 7), 1000);
        // Then
        var row = fixture.store.current(mpBlock(MP, 7, ""));
        assertThat(row.worldSize()).isEqualTo(4);
        assertThat(row.held()).isEqualTo(ranks(2, 3));
        assertThat(row.bytes()).isEqualTo(2000);
    }

    @Test
    void halvesOfTwoHostsAreNoWhole() {
        // When
        fixture.put(mpKey("mp", 4, 0, 2, 0, 0, 7), 1000);
        fixture.put(mpKey("mp", 4, 3, 2, 1, 0, 7), 1000);
        // Then
        assertThat(fixture.store.current(mpBlock(MP, 7, ""))).isNull();
    }

    @Test
    void everyRequiredGroupMustBeThere() {
        // Given
        fixture.put(mpKey("hybrid", 1, 0, 1, 0, 0, 7), 1000);
        fixture.put(mpKey("hybrid", 1, 0, 1, 0, 1, 7), 1000);
        assertThat(fixture.store.current(mpBlock(HYBRID, 7, ""))).isNull();
        // When
        fixture.put(mpKey("hybrid", 1, 0, 1, 0, 2, 7), 1000);
        // Then
        var row = fixture.store.current(mpBlock(HYBRID, 7, ""));
        assertThat(row.held()).isEqualTo(ranks(0, 1, 2));
    }

    @Test
    void redisChunksNeedBothPartsOfEveryRank() {
        // Given
        fixture.put("local@2@0@1f@halfkv_bytes", 1000);
        fixture.put("local@2@0@1f@halfmetadata", 28);
        fixture.put("local@2@1@1f@halfkv_bytes", 1000);
        assertThat(fixture.store.current(inProcessBlock("000000000000001f", "")))
                .isNull();
        // When
        fixture.put("local@2@1@1f@halfmetadata", 28);
        // Then
        var row = fixture.store.current(inProcessBlock("000000000000001f", ""));
        assertThat(row.held()).isEqualTo(ranks(0, 1));
        assertThat(row.bytes()).isEqualTo(2056);
    }

    @Test
    void whatCameOverLmIsWholeWithAllRanks() {
        // Given
        fixture.put("local@2@0@1f@halflm_bytes", 1000);
        assertThat(fixture.store.current(inProcessBlock("000000000000001f", "")))
                .isNull();
        // When
        fixture.put("local@2@1@1f@halflm_bytes", 1000);
        // Then
        var row = fixture.store.current(inProcessBlock("000000000000001f", ""));
        assertThat(row.held()).isEqualTo(ranks(0, 1));
    }

    @Test
    void bareKeysAreWholeByThemselvesAndNegativeHashesAreTaken() {
        // When
        fixture.put("local@1@0@-30edda7dc385d3d7@half", 1000);
        // Then
        assertThat(fixture.store.current(inProcessBlock("cf1225823c7a2c29", "")))
                .isNotNull();
    }

    @Test
    void valuesOfDifferentDtypesDontCompleteEachOther() {
        // When
        fixture.put("local@2@0@1f@half", 1000);
        fixture.put("local@2@1@1f@fp8_e5m2", 500);
        // Then
        assertThat(fixture.store.current(inProcessBlock("000000000000001f", "")))
                .isNull();
    }

    @Test
    void layersAreStoredAndNotAdvertised() {
        // When
        fixture.put("local@1@0@1f@half@0", 1000);
        // Then
        assertThat(fixture.holds("local@1@0@1f@half@0")).isTrue();
        assertThat(fixture.store.current(inProcessBlock("000000000000001f", "")))
                .isNull();
    }

    @Test
    void saltsAndTagsPartTenants() {
        // When
        fixture.put(mpKey("mp", 1, 0, 1, 0, 0, 7) + "@alice", 1000);
        fixture.put("local@1@0@1f@half@user%bob", 1000);
        // Then
        assertThat(fixture.store.current(mpBlock(MP, 7, ""))).isNull();
        assertThat(fixture.store.current(mpBlock(MP, 7, "alice"))).isNotNull();
        assertThat(fixture.store.current(inProcessBlock("000000000000001f", "")))
                .isNull();
        assertThat(fixture.store.current(inProcessBlock("000000000000001f", "user%bob")))
                .isNotNull();
    }

    @Test
    void undeclaredModelsAndForeignHashesAreStoredAndCounted() {
        // When
        fixture.put(mpKey("unknown", 1, 0, 1, 0, 0, 7), 1000);
        fixture.put(mpKey("local", 1, 0, 1, 0, 0, 7), 1000);
        fixture.put("mp@1@0@1f@half", 1000);
        fixture.put("mp@1@0@1f@halfmetadata", 1000);
        // Then
        assertThat(fixture.store.keys()).isEqualTo(4);
        assertThat(fixture.store.counters().notSteerable()).isEqualTo(3);
        assertThat(fixture.takeChanges()).isEmpty();
    }

    @Test
    void tellsWheneverAChunkMayHaveChanged() {
        // Given
        var first = mpKey("mp", 2, 0, 2, 0, 0, 7);
        var second = mpKey("mp", 2, 1, 2, 1, 0, 7);
        var block = mpBlock(MP, 7, "");
        fixture.put(first, 1000);
        fixture.put(second, 1000);
        assertThat(fixture.takeChanges()).containsExactly(block);
        // When overwritten alike
        fixture.put(second, 1000);
        // Then
        assertThat(fixture.takeChanges()).isEmpty();
        // When overwritten by another size
        fixture.put(second, 1001);
        // Then
        assertThat(fixture.takeChanges()).containsExactly(block);
        // When deleted
        fixture.store.delete(bytes(first));
        // Then
        assertThat(fixture.takeChanges()).containsExactly(block);
        assertThat(fixture.store.current(block)).isNull();
        // When whole again and flushed
        fixture.put(first, 1000);
        fixture.takeChanges();
        fixture.store.clear();
        // Then
        assertThat(fixture.takeChanges()).containsExactly(block);
        assertThat(fixture.store.current(block)).isNull();
    }

    @Test
    void tellsOfEvictionWhileAValueIsReceived() {
        // Given
        fixture.put(mpKey("mp", 1, 0, 1, 0, 0, 7), 2 * MIB);
        fixture.takeChanges();
        // When
        for (int i = 0; i < 8; i++) {
            fixture.put("k" + i, 2 * MIB);
        }
        // Then
        assertThat(fixture.takeChanges()).containsExactly(mpBlock(MP, 7, ""));
        assertThat(fixture.store.current(mpBlock(MP, 7, ""))).isNull();
    }

    @Test
    void namesAllThatAreWhole() {
        // Given
        fixture.put(mpKey("mp", 1, 0, 1, 0, 0, 7), 1000);
        fixture.put(mpKey("mp", 1, 0, 1, 0, 0, 8), 1000);
        fixture.put(mpKey("mp", 2, 0, 2, 0, 0, 9), 1000);
        // When
        List<BlockId> whole = new ArrayList<>();
        fixture.store.forEachWhole(whole::add);
        // Then
        assertThat(whole).containsExactlyInAnyOrder(mpBlock(MP, 7, ""), mpBlock(MP, 8, ""));
    }

    private static BlockId inProcessBlock(String hash, String salt) {
        return new BlockId(
                Namespace.of(IN_PROCESS.name(), IN_PROCESS.scheme(), SALT_KEY.tag(salt)), BlockHash.ofHex(hash));
    }

    private static RankSet ranks(int... bits) {
        var set = new BitSet();
        for (int bit : bits) {
            set.set(bit);
        }
        return RankSet.of(set);
    }
}
