package dev.kvcachepool.bridges.lmcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.bridges.lmcache.CacheEvent.Change;
import dev.kvcachepool.bridges.lmcache.KeySource.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CacheEventPublisherTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Source source = new Source();
    private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
    private final CacheEventPublisher publisher =
            new CacheEventPublisher(this::producer, "events", "n0", 1024, source, () -> Instant.EPOCH.plusSeconds(5));

    /** Keys by hand. */
    private static final class Source implements KeySource {
        private final List<State> held = new ArrayList<>();
        private final Deque<State> changed = new ArrayDeque<>();
        private boolean tooMany;
        private boolean ended;

        @Override
        public synchronized void restart() {
            changed.clear();
            tooMany = false;
        }

        @Override
        public synchronized void end() {
            ended = true;
        }

        @Override
        public synchronized Page held(long cursor, int most) {
            int from = (int) cursor;
            int to = Math.min(held.size(), from + most);
            return new Page(to == held.size() ? 0 : to, held.subList(from, to));
        }

        @Override
        public synchronized @Nullable List<State> changed(int most) {
            if (tooMany) {
                return null;
            }
            var taken = List.copyOf(changed);
            changed.clear();
            return taken;
        }

        @Override
        public long leftOut() {
            return 3;
        }

        synchronized void change(State state) {
            changed.add(state);
        }

        synchronized void lose() {
            tooMany = true;
        }

        synchronized boolean isEnded() {
            return ended;
        }
    }

    private synchronized Producer<byte[], byte[]> producer() {
        var producer = new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        producers.add(producer);
        return producer;
    }

    private synchronized List<CacheEvent> events() {
        var events = new ArrayList<CacheEvent>();
        for (var producer : producers) {
            for (var record : producer.history()) {
                assertThat(record.key()).asString().isEqualTo("n0");
                try {
                    events.addAll(CacheEventJson.decode(record.value()));
                } catch (MalformedCacheEventException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return events;
    }

    private List<CacheEvent> awaitEvents(int count) {
        await().atMost(PATIENCE).until(() -> events().size() >= count);
        assertThat(events()).hasSize(count);
        return events();
    }

    private static State state(int number, long bytes) {
        return new State(new CacheKey("%064x".formatted(number), "m", 0x01000100, 0, ""), bytes);
    }

    @AfterEach
    void close() {
        publisher.close();
    }

    @Test
    void anIncarnationBeginsWithAllThatIsHeldAndGoesOnWithWhatChanges() {
        // Given
        IntStream.range(0, 1500).forEach(number -> source.held.add(state(number, 10)));
        // When
        publisher.start();
        var first = awaitEvents(1 + 8 + 4);
        // Then
        assertThat(first.getFirst().type()).isEqualTo(Change.CONFIG);
        assertThat(first.getFirst().capacityBytes()).isEqualTo(1024);
        assertThat(first).extracting(CacheEvent::sequence).containsExactlyElementsOf(upTo(13));
        assertThat(first.subList(1, 13)).allSatisfy(event -> {
            assertThat(event.type()).isEqualTo(Change.STORE);
            assertThat(event.tier()).isEqualTo(CacheEvent.Level.L1);
            assertThat(event.backend()).isEqualTo("kvcachepool/n0");
            assertThat(event.shared()).isTrue();
            assertThat(event.incarnation()).isEqualTo(5_000_000);
        });
        assertThat(first.stream().flatMap(event -> event.entries().stream()))
                .extracting(CacheEntry::key)
                .containsExactlyElementsOf(source.held.stream().map(State::key).toList());

        // When
        source.change(state(1, -1));
        source.change(state(2000, 7));
        await().atMost(PATIENCE)
                .until(() ->
                        publisher.stats().deletes() == 1 && publisher.stats().stores() == 1501);
        // Then
        assertThat(events().stream().filter(event -> event.type() == Change.DELETE))
                .singleElement()
                .satisfies(event -> assertThat(event.entries())
                        .singleElement()
                        .extracting(CacheEntry::key)
                        .isEqualTo(state(1, -1).key()));
        assertThat(publisher.stats()).isEqualTo(new CacheEventsOutStats(1, 1501, 1, 3, 1, 0));
    }

    private static List<Long> upTo(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(number -> (long) number).toList();
    }

    @Test
    void whenMoreHasChangedThanIsNotedTheNextIncarnationSaysAllAnew() {
        // Given
        source.held.add(state(1, 10));
        publisher.start();
        awaitEvents(2);
        // When
        source.lose();
        // Then
        var events = awaitEvents(4);
        assertThat(events)
                .extracting(CacheEvent::incarnation)
                .containsExactly(5_000_000L, 5_000_000L, 5_000_001L, 5_000_001L);
        assertThat(events).extracting(CacheEvent::sequence).containsExactly(1L, 2L, 1L, 2L);
    }

    @Test
    void anEventOfUnknownFateBeginsTheNextIncarnation() {
        // Given
        source.held.add(state(1, 10));
        publisher.start();
        awaitEvents(2);
        // When
        synchronized (this) {
            producers.getFirst().sendException = new TimeoutException("no answer");
        }
        source.change(state(2, 10));
        // Then
        await().atMost(PATIENCE)
                .until(() -> publisher.stats().incarnations() == 2
                        && publisher.stats().publishing() == 1);
        assertThat(publisher.stats().failures()).isEqualTo(1);
        assertThat(events().getLast().incarnation()).isEqualTo(5_000_001L);
        assertThat(events().getLast().entries()).hasSize(1);
    }

    @Test
    void theLastWordIsAnIncarnationThatHoldsNothing() {
        // Given
        source.held.add(state(1, 10));
        publisher.start();
        awaitEvents(2);
        // When
        publisher.close();
        // Then
        var last = awaitEvents(3).getLast();
        assertThat(last.type()).isEqualTo(Change.CONFIG);
        assertThat(last.incarnation()).isEqualTo(5_000_001L);
        assertThat(source.isEnded()).isTrue();
    }
}
