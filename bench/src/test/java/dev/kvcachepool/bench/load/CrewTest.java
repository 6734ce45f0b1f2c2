package dev.kvcachepool.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CrewTest {
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void allWorkUntilTheyMayNot() throws Exception {
        // Given
        var crew =
                new Crew(List.of(turn(calls::incrementAndGet), turn(calls::incrementAndGet)), Duration.ofSeconds(10));
        // When
        crew.work(_ -> calls.get() < 100);
        // Then one more each at most
        assertThat(calls.get()).isBetween(100, 101);
    }

    @Test
    void aConnectionThatFailsEndsTheOthersToo() {
        // Given
        var broken = turn(() -> {
            throw new IOException("broken pipe");
        });
        var crew = new Crew(List.of(turn(calls::incrementAndGet), broken), Duration.ofSeconds(10));
        // Then
        assertThatThrownBy(() -> crew.work(_ -> true)).hasMessageContaining("broken pipe");
    }

    @Test
    void aServerThatHangsIsGivenUp() {
        // Given a call that ends only when its connection is closed
        var closed = new CountDownLatch(1);
        var hanging = new Turn() {
            @Override
            public void once() throws IOException {
                try {
                    closed.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }

            @Override
            public void close() {
                closed.countDown();
            }
        };
        var crew = new Crew(List.of(hanging), Duration.ofMillis(50));
        // Then
        assertThatThrownBy(() -> crew.work(_ -> true)).hasMessageContaining("no answer");
        assertThat(closed.getCount()).isZero();
    }

    private static Turn turn(Work work) {
        return new Turn() {
            @Override
            public void once() throws IOException {
                work.run();
            }

            @Override
            public void close() {}
        };
    }

    private interface Work {
        void run() throws IOException;
    }
}
