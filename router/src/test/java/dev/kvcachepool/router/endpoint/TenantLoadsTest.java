package dev.kvcachepool.router.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who is refused once every queue is long. */
class TenantLoadsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long LONG = 7 * SECOND;

    private final TenantLoads loads = new TenantLoads(Duration.ofSeconds(5));

    @Test
    void whoFloodsWaitsForItselfOnceQueuesAreLong() {
        // Given
        add("flood", 20);
        add("other", 1);

        // When, Then
        assertThat(waitFor("flood", SECOND, LONG)).isEqualTo(2 * SECOND);
        assertThat(waitFor("flood", SECOND, 4 * SECOND)).isZero();
        assertThat(waitFor("other", SECOND, LONG)).isZero();
        assertThat(waitFor("new", 100 * SECOND, LONG)).isZero();
    }

    @Test
    void aloneATenantHasItAll() {
        // When
        add("flood", 1000);

        // Then
        assertThat(waitFor("flood", SECOND, 1000 * SECOND)).isZero();
    }

    @Test
    void sharesAreOfThoseWithWorkUnderWay() {
        // Given
        add("a", 4);
        var third = add("c", 1);
        add("b", 4);
        assertThat(waitFor("a", SECOND, LONG)).isPositive();

        // When
        third.run();

        // Then
        assertThat(loads.tenants()).isEqualTo(2);
        assertThat(waitFor("a", 0, LONG)).isZero();
    }

    @Test
    void nothingIsLeftOfWorkThatEndedAndOneIsAlwaysLetIn() {
        // Given
        var seed = System.nanoTime();
        System.out.println("TenantLoadsTest seed " + seed);
        var random = new Random(seed);
        var ends = new ArrayDeque<Runnable>();

        for (int i = 0; i < 10_000; i++) {
            // When tenants come and go
            var letIn = new ArrayList<String>();
            for (int tenant = 0; tenant < 8; tenant++) {
                if (waitFor("t" + tenant, 1, LONG) == 0) {
                    letIn.add("t" + tenant);
                }
            }
            // Then
            assertThat(letIn).isNotEmpty();
            ends.add(loads.add("t" + random.nextInt(8), random.nextInt(1_000)));
            if (random.nextInt(3) > 0) {
                ends.remove().run();
            }
        }
        ends.forEach(Runnable::run);
        assertThat(loads.tenants()).isZero();
        add("a", 1);
        add("b", 1);
        assertThat(waitFor("a", 0, LONG)).isZero();
    }

    private long waitFor(String tenant, long workNanos, long shortestNanos) {
        return loads.waitNanos(tenant, workNanos, () -> shortestNanos);
    }

    private Runnable add(String tenant, int seconds) {
        return loads.add(tenant, seconds * SECOND);
    }
}
