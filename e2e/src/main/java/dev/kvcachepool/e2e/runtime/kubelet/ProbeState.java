package dev.kvcachepool.e2e.runtime.kubelet;

import io.fabric8.kubernetes.api.model.Probe;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where one probe of a running container stands: when it is due, and what its results in a row amount to. Not thread-safe. */
final class ProbeState {
    private final int successThreshold;
    private final int failureThreshold;
    private final Duration period;
    private Instant due;
    private @Nullable Boolean verdict;
    private boolean last;
    private int inARow;

    /** @param started when the container did */
    ProbeState(Probe probe, Instant started) {
        this.successThreshold = orElse(probe.getSuccessThreshold(), 1);
        this.failureThreshold = orElse(probe.getFailureThreshold(), 3);
        this.period = Duration.ofSeconds(orElse(probe.getPeriodSeconds(), 10));
        this.due = started.plusSeconds(orElse(probe.getInitialDelaySeconds(), 0));
    }

    Instant due() {
        return due;
    }

    boolean isDue(Instant now) {
        return !now.isBefore(due);
    }

    /** Takes a result in; true if the verdict changed. */
    boolean observe(boolean success, Instant now) {
        due = now.plus(period);
        inARow = success == last ? inARow + 1 : 1;
        last = success;
        if (inARow < (success ? successThreshold : failureThreshold)) {
            return false;
        }
        var before = verdict;
        verdict = success;
        return before == null || before != success;
    }

    /** Whether enough successes came in a row, and no failure counted since. */
    boolean succeeded() {
        return Boolean.TRUE.equals(verdict);
    }

    /** Whether enough failures came in a row. */
    boolean failed() {
        return Boolean.FALSE.equals(verdict);
    }

    private static int orElse(@Nullable Integer given, int otherwise) {
        return given == null ? otherwise : given;
    }
}
