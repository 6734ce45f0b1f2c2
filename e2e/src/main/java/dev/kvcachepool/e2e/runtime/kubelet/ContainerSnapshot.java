package dev.kvcachepool.e2e.runtime.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A container at one moment: waiting, running or ended.
 *
 * @param waiting why it doesn't run yet or again; null if it runs or has ended for good
 * @param runningSince null unless it runs
 * @param ended its last end, null before the first
 * @param started whether its startup probe is through
 */
record ContainerSnapshot(
        Container container,
        @Nullable Waiting waiting,
        @Nullable Instant runningSince,
        @Nullable Ended ended,
        int restarts,
        boolean started,
        boolean ready) {
    record Waiting(String reason, String message) {}

    record Ended(int exitCode, String reason, Instant started, Instant finished) {
        static Ended of(int exitCode, Instant started, Instant finished) {
            return new Ended(exitCode, exitCode == 0 ? "Completed" : "Error", started, finished);
        }
    }

    boolean isRunning() {
        return runningSince != null;
    }

    /** Whether it ever ran. */
    boolean wasStarted() {
        return isRunning() || ended != null;
    }

    /** Whether an init container's work is done. */
    boolean isComplete() {
        return !isRunning() && ended != null && ended.exitCode() == 0;
    }
}
