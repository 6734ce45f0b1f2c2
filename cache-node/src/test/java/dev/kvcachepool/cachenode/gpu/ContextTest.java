package dev.kvcachepool.cachenode.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class ContextTest {

    @BeforeEach
    void noFaults() {
        StandIn.reset();
    }

    @Test
    void whoComesWhileTheEndWaitsForAnotherIsToldAtOnce() throws Exception {
        Library.require();
        assertThat(Cuda.deviceCount()).isPositive();
        var context = new Context(Cuda.device(0));
        // Given somebody who does not leave, and somebody who waits for that
        var leave = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        var user = new FutureTask<>(() -> context.use(() -> {
            entered.countDown();
            return reached(leave);
        }));
        Thread.ofPlatform().daemon().start(user);
        assertThat(reached(entered)).isTrue();
        var end = new FutureTask<>(context::end);
        var ending = Thread.ofPlatform().daemon().start(end);
        await().until(() -> context.isEnding() && ending.getState() == Thread.State.TIMED_WAITING);
        // When a third one comes
        var third = new FutureTask<>(() -> assertThatExceptionOfType(GpuException.class)
                .isThrownBy(() -> context.perform(() -> {}))
                .matches(GpuException::isLost));
        Thread.ofPlatform().daemon().start(third);
        // Then it is told, before the first has left
        assertThat(third.get(10, TimeUnit.SECONDS)).isNotNull();
        leave.countDown();
        assertThat(user.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(end.get(30, TimeUnit.SECONDS)).isTrue();
    }

    private static boolean reached(CountDownLatch latch) {
        try {
            return latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
