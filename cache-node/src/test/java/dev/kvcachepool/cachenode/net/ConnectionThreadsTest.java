package dev.kvcachepool.cachenode.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ConnectionThreadsTest {
    private static final int MANY = 1000;

    @Test
    void onlyTheFirstHaveThreadsOfTheirOwn() throws InterruptedException {
        // Given
        var threads = new ConnectionThreads();
        var served = new CopyOnWriteArrayList<Thread>();
        var end = new CountDownLatch(1);
        // When
        for (int i = 0; i < MANY; i++) {
            threads.start("c", () -> serve(served, end));
        }
        await().until(() -> served.size() == MANY);
        // Then
        assertThat(platform(served))
                .isBetween(4L, 4L + 2L * Runtime.getRuntime().availableProcessors());
        end.countDown();
        for (var thread : served) {
            thread.join();
        }
    }

    @Test
    void aSeatThatIsLeftIsTakenAgain() throws InterruptedException {
        // Given all seats taken, then left
        var threads = new ConnectionThreads();
        var first = new CopyOnWriteArrayList<Thread>();
        var end = new CountDownLatch(1);
        for (int i = 0; i < MANY; i++) {
            threads.start("c", () -> serve(first, end));
        }
        await().until(() -> first.size() == MANY);
        end.countDown();
        for (var thread : first) {
            thread.join();
        }
        // When
        var second = new CopyOnWriteArrayList<Thread>();
        threads.start("c", () -> serve(second, end));
        await().until(() -> second.size() == 1);
        // Then
        assertThat(platform(second)).isOne();
    }

    private static long platform(List<Thread> threads) {
        return threads.stream().filter(thread -> !thread.isVirtual()).count();
    }

    private static void serve(List<Thread> served, CountDownLatch end) {
        served.add(Thread.currentThread());
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
