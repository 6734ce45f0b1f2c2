package dev.kvcachepool.e2e.runtime.kubelet;

import dev.kvcachepool.e2e.runtime.container.ContainerSpec;
import dev.kvcachepool.e2e.runtime.container.RunningContainer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A container's end as kubelet brings it about: the preStop hook, SIGTERM, what is left of the grace period but at least
 * two seconds, SIGKILL.
 */
final class ContainerStop {
    private static final Duration AT_LEAST = Duration.ofSeconds(2);
    private final ProbeCall call;
    private final Consumer<String> hookFailed;

    ContainerStop(ProbeCall call, Consumer<String> hookFailed) {
        this.call = call;
        this.hookFailed = hookFailed;
    }

    /** Blocks until the container has been told to end for good. */
    void stop(RunningContainer running, Container container, ContainerSpec spec, Duration grace) {
        var deadline = System.nanoTime() + grace.toNanos();
        try {
            var lifecycle = container.getLifecycle();
            if (lifecycle != null
                    && lifecycle.getPreStop() != null
                    && !running.exit().isDone()) {
                preStop(running, lifecycle.getPreStop(), container, spec, grace);
            }
            running.terminate();
            var left = Math.max(deadline - System.nanoTime(), Math.min(AT_LEAST.toNanos(), grace.toNanos()));
            if (!ends(running, Duration.ofNanos(left))) {
                running.kill();
            }
        } catch (InterruptedException e) {
            running.kill();
            Thread.currentThread().interrupt();
        }
    }

    private void preStop(
            RunningContainer running, LifecycleHandler hook, Container container, ContainerSpec spec, Duration grace)
            throws InterruptedException {
        if (hook.getSleep() != null) {
            var sleep = Duration.ofSeconds(hook.getSleep().getSeconds());
            var _ = ends(running, sleep.compareTo(grace) < 0 ? sleep : grace);
            return;
        }
        var problem = hook.getHttpGet() != null
                ? call.get(hook.getHttpGet(), container, spec, grace)
                : ContainerExec.run(spec, hook.getExec().getCommand(), grace);
        if (problem != null) {
            hookFailed.accept("PreStopHook failed: " + problem);
        }
    }

    private static boolean ends(RunningContainer running, Duration limit) throws InterruptedException {
        try {
            var _ = running.exit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a container's exit never fails", e);
        }
    }
}
