package dev.kvcachepool.operator.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class TopicCatalogTest {
    private final Map<String, TopicCatalog.Look> there = new HashMap<>();
    private final List<Set<String>> requests = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private boolean silent;
    private final TopicCatalog catalog = new TopicCatalog(this::describe, nanos::get);

    private Map<String, TopicCatalog.Look> describe(Set<String> names) throws TimeoutException {
        requests.add(new TreeSet<>(names));
        if (silent) {
            throw new TimeoutException();
        }
        var answer = new HashMap<>(there);
        answer.keySet().retainAll(names);
        return answer;
    }

    private Uuid make(String topic) {
        var id = Uuid.randomUuid();
        there.put(topic, TopicCatalog.Look.there(id));
        return id;
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void poolsOfTheSameTopicsShareARequestForASecond() throws Exception {
        // Given
        var ids = Set.of(make("nodes"), make("blocks"));
        assertThat(catalog.ids(Set.of("nodes", "blocks"))).isEqualTo(ids);
        pass(Duration.ofMillis(999));
        // When
        var shared = catalog.ids(Set.of("nodes", "blocks"));
        pass(Duration.ofMillis(1));
        var again = catalog.ids(Set.of("nodes", "blocks"));
        // Then
        assertThat(shared).isEqualTo(ids);
        assertThat(again).isEqualTo(ids);
        assertThat(requests).hasSize(2);
    }

    @Test
    void whatIsDueSoonIsAskedForAlong() throws Exception {
        // Given topics that are asked for half a second and five seconds after another
        make("early");
        make("soonAfter");
        make("later");
        catalog.ids(Set.of("early"));
        pass(Duration.ofMillis(500));
        catalog.ids(Set.of("soonAfter"));
        pass(Duration.ofMillis(4500));
        catalog.ids(Set.of("later"));
        pass(Duration.ofSeconds(5));
        requests.clear();
        // When
        catalog.ids(Set.of("early"));
        pass(Duration.ofMillis(500));
        catalog.ids(Set.of("soonAfter"));
        // Then
        assertThat(requests).containsExactly(Set.of("early", "soonAfter"));
    }

    @Test
    void aTopicThatIsMissingOrDeletedIsAskedForEachTime() throws Exception {
        // Given
        make("topic");
        assertThat(catalog.ids(Set.of("topic", "missing"))).hasSize(1);
        there.clear();
        pass(TopicCatalog.FRESH);
        // When, Then
        assertThat(catalog.ids(Set.of("topic"))).isEmpty();
        var made = make("topic");
        assertThat(catalog.ids(Set.of("topic"))).containsExactly(made);
        assertThat(requests).hasSize(3);
    }

    @Test
    void aRefusalConcernsItsOwnTopicOnly() throws Exception {
        // Given
        var refusal = new ExecutionException(new TopicAuthorizationException("not yours"));
        there.put("theirs", TopicCatalog.Look.refused(refusal));
        var ours = make("ours");
        catalog.ids(Set.of("ours"));
        assertThatThrownBy(() -> catalog.ids(Set.of("theirs"))).isSameAs(refusal);
        pass(Duration.ofSeconds(10));
        // When
        var ids = catalog.ids(Set.of("ours"));
        // Then
        assertThat(requests.getLast()).containsExactly("ours", "theirs");
        assertThat(ids).containsExactly(ours);
        assertThatThrownBy(() -> catalog.ids(Set.of("theirs"))).isSameAs(refusal);
    }

    @Test
    void aSilentClusterIsWaitedForOnceASecond() throws Exception {
        // Given
        silent = true;
        assertThatThrownBy(() -> catalog.ids(Set.of("one"))).isInstanceOf(TimeoutException.class);
        // When
        assertThatThrownBy(() -> catalog.ids(Set.of("other"))).isInstanceOf(TimeoutException.class);
        // Then
        assertThat(requests).hasSize(1);
        // When it is back
        silent = false;
        var other = make("other");
        pass(TopicCatalog.FRESH);
        // Then
        assertThat(catalog.ids(Set.of("other"))).containsExactly(other);
    }

    @Test
    void whoCameWhileAClusterWasSilentDoesNotWaitAnew() throws Exception {
        // Given a request that waits; and somebody who waits for it once the clock was read for the third time
        var over = new CountDownLatch(1);
        var bothCame = new CountDownLatch(3);
        var busy = new TopicCatalog(
                names -> {
                    requests.add(names);
                    over.await();
                    pass(Duration.ofSeconds(5));
                    throw new TimeoutException();
                },
                () -> {
                    bothCame.countDown();
                    return nanos.get();
                });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> busy.ids(Set.of("one")));
            var second = threads.submit(() -> busy.ids(Set.of("other")));
            bothCame.await();
            // When
            over.countDown();
            // Then
            assertThatThrownBy(first::get).hasCauseInstanceOf(TimeoutException.class);
            assertThatThrownBy(second::get).hasCauseInstanceOf(TimeoutException.class);
        }
        assertThat(requests).hasSize(1);
    }

    @Test
    void whatNoPoolAsksForIsForgotten() throws Exception {
        // Given
        make("deletedPools");
        make("topic");
        catalog.ids(Set.of("deletedPools", "topic"));
        pass(Probe.PERIOD.multipliedBy(3).plusMillis(1));
        // When
        catalog.ids(Set.of("topic"));
        // Then
        assertThat(requests.getLast()).containsExactly("topic");
    }
}
