package dev.kvcachepool.prefixadvert.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TopicCareTest {
    private static final Sighting SIGHTING = new Sighting(Map.of(), 0);

    private final AtomicLong nanos = new AtomicLong();
    private final List<CompletableFuture<Sighting>> questions = new ArrayList<>();
    private final TopicCare care = new TopicCare(this::ask, nanos::get);

    private CompletableFuture<Sighting> ask() {
        var question = new CompletableFuture<Sighting>();
        questions.add(question);
        return question;
    }

    @Test
    void asksNowAndThenAndGivesEachAnswerOnce() {
        // Given
        assertThat(care.look()).isEmpty();
        assertThat(questions).isEmpty();
        pass();

        // When
        assertThat(care.look()).isEmpty();
        assertThat(care.look()).isEmpty();
        questions.getFirst().complete(SIGHTING);

        // Then
        assertThat(care.look()).contains(SIGHTING);
        assertThat(care.look()).isEmpty();
        assertThat(questions).hasSize(1);
        pass();
        assertThat(care.look()).isEmpty();
        assertThat(questions).hasSize(2);
    }

    @Test
    void aQuestionThatFailedIsAskedAgain() {
        // Given
        pass();
        assertThat(care.look()).isEmpty();

        // When
        questions.getFirst().completeExceptionally(new IllegalStateException("away"));

        // Then
        assertThat(care.look()).isEmpty();
        pass();
        assertThat(care.look()).isEmpty();
        assertThat(questions).hasSize(2);
    }

    private void pass() {
        nanos.addAndGet(TopicCare.EVERY.toNanos());
    }
}
