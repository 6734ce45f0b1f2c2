package dev.kvcachepool.cachenode.adverts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.bridges.lmcache.CacheKey;
import dev.kvcachepool.bridges.lmcache.KeySource.State;
import dev.kvcachepool.cachenode.store.StoreFixture;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredKeysTest {
    private static final String HASH = "%064x".formatted(77);
    private static final int BYTES = 100;

    private final StoreFixture fixture = new StoreFixture(4);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aKeyIsNamedAsLmcacheNamesIt() {
        // Given rank 1 of 2, the second of its host, in group 3
        fixture.put("org/model@02010201@3@" + HASH, BYTES);
        var keys = new StoredKeys(fixture.store.keyFeed(), false);
        // When
        keys.restart();
        // Then
        assertThat(keys.held(0, 10).keys())
                .containsExactly(new State(new CacheKey(HASH, "org/model", 0x02010201, 3, ""), BYTES));
        assertThat(keys.leftOut()).isZero();
    }

    @Test
    void whatGoesIsNamedToo() {
        // Given
        var key = "m@01000100@0@" + HASH;
        var keys = new StoredKeys(fixture.store.keyFeed(), false);
        keys.restart();
        fixture.put(key, BYTES);
        assertThat(keys.changed(10)).hasSize(1);
        // When
        fixture.store.delete(key.getBytes(StandardCharsets.UTF_8));
        // Then
        assertThat(keys.changed(10)).containsExactly(new State(new CacheKey(HASH, "m", 0x01000100, 0, ""), -1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void saltsAreToldOnlyWhereTheyMayBe(boolean allowed) {
        // Given
        fixture.put("m@01000100@0@" + HASH + "@tenant-7", BYTES);
        var keys = new StoredKeys(fixture.store.keyFeed(), allowed);
        // When
        var held = keys.held(0, 10).keys();
        // Then
        assertThat(held)
                .extracting(state -> state.key().salt())
                .containsExactly(allowed ? new String[] {"tenant-7"} : new String[0]);
        assertThat(keys.leftOut()).isEqualTo(allowed ? 0 : 1);
    }

    @Test
    void keysThatNoInstanceReportsAreLeftOut() {
        // Given one of the in-process layout, one with a name that is too long, and one that is no engine's
        fixture.put("m@1@0@1234567890abcdef@bfloat16", BYTES);
        fixture.put("m".repeat(513) + "@01000100@0@" + HASH, BYTES);
        fixture.put("a client's own", BYTES);
        var keys = new StoredKeys(fixture.store.keyFeed(), true);
        // When
        var held = keys.held(0, 10).keys();
        // Then
        assertThat(held).isEmpty();
        assertThat(keys.leftOut()).isEqualTo(2);
    }
}
