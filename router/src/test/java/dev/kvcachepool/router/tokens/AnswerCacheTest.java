package dev.kvcachepool.router.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
    private static final int MAX_BYTES = 1 << 16;

    private final AtomicLong nanos = new AtomicLong();
    private final AnswerCache answers = new AnswerCache(MAX_BYTES, nanos::get);

    private static AnswerCache.Key key(String question, String tenant) {
        return AnswerCache.key(question.getBytes(StandardCharsets.UTF_8), tenant);
    }

    @Test
    void theSameQuestionOfTheSameTenantIsFound() {
        // Given
        answers.keep(key("a", "t"), new int[] {1, 2});
        // When, Then
        assertThat(answers.find(key("a", "t"))).containsExactly(1, 2);
        assertThat(answers.find(key("a", ""))).isNull();
        assertThat(answers.find(key("ab", "t"))).isNull();
        assertThat(answers.found()).isEqualTo(2);
        assertThat(answers.asked()).isEqualTo(2);
    }

    @Test
    void anAnswerEndsAfterAWhile() {
        // Given
        answers.keep(key("a", ""), new int[] {1});
        // When
        nanos.addAndGet(Duration.ofMinutes(AnswerCache.MINUTES).toNanos() - 1);
        assertThat(answers.find(key("a", ""))).isNotNull();
        nanos.addAndGet(1);
        // Then: whether it was used meanwhile or not
        assertThat(answers.find(key("a", ""))).isNull();
    }

    @Test
    void itIsBoundedByBytes() {
        // When four times what it may hold is kept, and what is more than all of it
        for (int number = 0; number < 256; number++) {
            answers.keep(key("question " + number, ""), new int[256]);
        }
        answers.keep(key("long", ""), new int[MAX_BYTES]);
        // Then
        long held = 0;
        for (int number = 0; number < 256; number++) {
            held += answers.find(key("question " + number, "")) == null ? 0 : 1;
        }
        assertThat(held).isBetween(1L, (long) MAX_BYTES / 1024);
        assertThat(answers.find(key("long", ""))).isNull();
    }

    @Test
    void ofNoSizeItKeepsNothing() {
        // Given
        var none = new AnswerCache(0, nanos::get);
        // When
        none.keep(key("a", ""), new int[] {1});
        // Then
        assertThat(none.find(key("a", ""))).isNull();
    }
}
