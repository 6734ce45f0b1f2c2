package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.StoreFixture.MIB;
import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.memory.Value;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeparturesTest {
    private final StoreFixture fixture = new StoreFixture(8);
    private final ReentrantLock lock = new ReentrantLock();
    private final Departures departures = new Departures(lock, MIB);
    private final Entry entry =
            new Entry(new StoreKey(bytes("k")), null, new ChunkUnit(1, null, null, 0, unit -> {}), 1);
    private Value value;

    @BeforeEach
    void store() {
        fixture.put("k", MIB);
        value = requireNonNull(fixture.store.get(bytes("k")));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void whatIsDoneIsFree() throws InterruptedException {
        // Given
        add();
        // When
        departures.done(requireNonNull(departures.take(Duration.ofSeconds(10))));
        value.release();
        fixture.store.delete(bytes("k"));
        // Then
        assertThat(departures.bytes()).isZero();
        assertThat(fixture.store.usedBytes()).isZero();
    }

    @Test
    void whatIsAbandonedNeverGetsFreeAndIsNotSaidToBeAboutTo() throws InterruptedException {
        // Given
        add();
        // When
        departures.abandon(requireNonNull(departures.take(Duration.ofSeconds(10))));
        value.release();
        fixture.store.delete(bytes("k"));
        // Then
        assertThat(departures.bytes()).isZero();
        assertThat(fixture.store.usedBytes()).isEqualTo(MIB);
    }

    private void add() {
        lock.lock();
        try {
            assertThat(departures.add(entry, value)).isTrue();
            assertThat(departures.bytes()).isEqualTo(MIB);
        } finally {
            lock.unlock();
        }
    }
}
