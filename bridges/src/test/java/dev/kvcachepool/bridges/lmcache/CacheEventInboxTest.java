package dev.kvcachepool.bridges.lmcache;

import static dev.kvcachepool.bridges.lmcache.CacheEvents.RANK_0_OF_2;
import static dev.kvcachepool.bridges.lmcache.CacheEvents.RANK_1_OF_2;
import static dev.kvcachepool.bridges.lmcache.CacheEvents.entry;
import static dev.kvcachepool.bridges.lmcache.CacheEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.bridges.lmcache.CacheEvent.Change;
import dev.kvcachepool.bridges.lmcache.CacheEvent.Level;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CacheEventInboxTest {
    private static final SaltKey SALT_KEY = new SaltKey("secret");
    private static final ModelSpec MODEL = new ModelSpec("llama", HashScheme.LMCACHE_BLAKE3.id(), 4, List.of());

    private final List<String> told = new ArrayList<>();
    private final CacheEventInbox inbox = new CacheEventInbox(
            () -> List.of(MODEL),
            SALT_KEY,
            (chunk, rest, tokens, position) ->
                    told.add(chunk.hash() + "" + rest + " " + List.of(tokens.length, tokens[0], position)),
            1,
            1 << 20);

    @Test
    void partsOfAChunkCountTogether() {
        // Given
        take(event(1, 1, Change.STORE, Level.L1, entry(RANK_0_OF_2, "", -1)));
        // When
        take(event(1, 2, Change.STORE, Level.L1, entry(RANK_1_OF_2, "", -1)));
        // Then
        var row = inbox.held("engine", block(""));
        assertThat(row).isNotNull();
        assertThat(row.tiers()).isEqualTo(Tier.ENGINE_HOST.mask());
        assertThat(row.held().hasAll(2, List.of(0))).isTrue();
    }

    @Test
    void aRunEndsWhereAPartIsMissing() {
        // Given
        take(event(1, 1, Change.STORE, Level.L1, entry(RANK_0_OF_2, "", -1)));
        var chain = List.of(block("").hash(), new BlockHash(1, 2));
        var before = inbox.run("engine", block("").namespace(), chain, 0, List.of(0));
        // When
        take(event(1, 2, Change.STORE, Level.L1, entry(RANK_1_OF_2, "", -1)));
        // Then
        assertThat(before).isZero();
        assertThat(inbox.run("engine", block("").namespace(), chain, 0, List.of(0)))
                .isEqualTo(1);
        assertThat(inbox.run("engine", block("").namespace(), chain, 1, List.of(0)))
                .isZero();
        assertThat(inbox.run("another", block("").namespace(), chain, 0, List.of(0)))
                .isZero();
    }

    @Test
    void whatIsDeletedIsGone() {
        // Given
        take(event(1, 1, Change.STORE, Level.L1, entry(RANK_0_OF_2, "", -1)));
        // When
        take(event(1, 2, Change.DELETE, Level.L1, entry(RANK_0_OF_2, "", -1)));
        // Then
        assertThat(inbox.held("engine", block(""))).isNull();
    }

    @Test
    void aNumberThatDoesNotRiseIsDropped() {
        // Given
        take(event(1, 1, Change.STORE, Level.L1, entry(RANK_0_OF_2, "", -1)));
        // When
        take(event(1, 1, Change.DELETE, Level.L1, entry(RANK_0_OF_2, "", -1)));
        take(event(0, 9, Change.DELETE, Level.L1, entry(RANK_0_OF_2, "", -1)));
        // Then
        assertThat(inbox.held("engine", block(""))).isNotNull();
        assertThat(inbox.stats().dropped()).isEqualTo(2);
    }

    @Test
    void aHigherIncarnationVoidsWhatWasBefore() {
        // Given
        take(event(1, 1, Change.STORE, Level.L1, entry(RANK_0_OF_2, "", -1)));
        // When
        take(event(2, 1, Change.CONFIG, Level.L1));
        // Then
        assertThat(inbox.held("engine", block(""))).isNull();
        assertThat(inbox.stats().gaps()).isZero();
    }

    @Test
    void aGapIsCountedAndVoidsWhatMayHaveGone() {
        // Given
        take(event(1, 1, Change.STORE, Level.L1, entry(RANK_0_OF_2, "", -1)));
        // When
        take(event(1, 3, Change.ACCESS, Level.L1));
        // Then
        assertThat(inbox.held("engine", block(""))).isNull();
        assertThat(inbox.stats().gaps()).isEqualTo(1);
    }

    @Test
    void whatLiesBehindIsNotTheInstances() {
        // Given, When
        take(event(1, 1, Change.STORE, Level.L2, entry(RANK_0_OF_2, "", 8, 5, 6, 7, 8)));
        // Then its tokens count all the same
        assertThat(inbox.held("engine", block(""))).isNull();
        assertThat(told).containsExactly(CacheEvents.HASH + " [4, 5, 8]");
    }

    @Test
    void tokensWithoutAPlaceOrOfAnotherLengthAreNotHandedOn() {
        // Given, When
        take(event(1, 1, Change.STORE, Level.L1, entry(RANK_0_OF_2, "", -1, 5, 6, 7, 8)));
        take(event(1, 2, Change.STORE, Level.L1, entry(RANK_0_OF_2, "", 0, 5, 6)));
        take(event(1, 3, Change.DELETE, Level.L1, entry(RANK_0_OF_2, "", 0, 5, 6, 7, 8)));
        // Then
        assertThat(told).isEmpty();
    }

    @Test
    void tenantsAreKeptApart() {
        // Given, When
        take(event(1, 1, Change.STORE, Level.L1, entry(RANK_0_OF_2, "tenant", -1)));
        // Then
        assertThat(inbox.held("engine", block(""))).isNull();
        assertThat(inbox.held("engine", block("tenant"))).isNotNull();
    }

    @Test
    void beyondTheLimitNothingIsKept() {
        // Given
        take(event(1, 1, Change.STORE, Level.L1, entry(RANK_0_OF_2, "", -1)));
        // When
        take(event(1, 2, Change.STORE, Level.L1, entry(RANK_0_OF_2, "other", -1)));
        // Then
        assertThat(inbox.stats().chunks()).isEqualTo(1);
        assertThat(inbox.stats().overLimit()).isEqualTo(1);
    }

    @Test
    void whatCannotBeReadIsCounted() {
        // Given, When
        inbox.take("{\"batches\": 5}".getBytes(StandardCharsets.UTF_8));
        // Then
        assertThat(inbox.stats().malformed()).isEqualTo(1);
    }

    private void take(CacheEvent event) {
        inbox.take(CacheEventJson.encode(List.of(event)));
    }

    private static BlockId block(String salt) {
        var namespace = Namespace.of(MODEL.name(), MODEL.scheme(), SALT_KEY.tag(salt));
        return new BlockId(namespace, BlockHash.ofHex(CacheEvents.HASH));
    }
}
