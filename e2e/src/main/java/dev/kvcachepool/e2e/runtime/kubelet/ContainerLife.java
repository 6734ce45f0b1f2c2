package dev.kvcachepool.e2e.runtime.kubelet;

import dev.kvcachepool.e2e.runtime.container.ContainerImage;
import dev.kvcachepool.e2e.runtime.container.ContainerSpec;
import dev.kvcachepool.e2e.runtime.container.RunningContainer;
import dev.kvcachepool.e2e.runtime.kubelet.ContainerSnapshot.Ended;
import dev.kvcachepool.e2e.runtime.kubelet.ContainerSnapshot.Waiting;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One container of a pod over all its runs: waiting → running → ended → waiting → …. The pod's {@link PodLife} drives it
 * from the runtime's thread; ends and probe results come from others, hence synchronized.
 */
final class ContainerLife {
    private static final int NOT_STARTABLE = 128;
    private final PodContext context;
    private final Clock clock;
    private final RestartDelay delay;
    private Container container;
    private Waiting waiting = new Waiting("ContainerCreating", "");
    private @Nullable Run run;
    private @Nullable Ended ended;
    private Instant notBefore = Instant.MIN;
    private Duration pause = Duration.ZERO;
    private int restarts;
    private boolean stopping;
    private boolean closed;

    /** One run of it. */
    private record Run(
            RunningContainer running, ContainerSpec spec, ContainerProbes probes, String image, Instant since) {}

    ContainerLife(PodContext context, Container container, Clock clock, Duration firstRestartDelay) {
        this.context = context;
        this.container = container;
        this.clock = clock;
        this.delay = new RestartDelay(firstRestartDelay);
    }

    synchronized ContainerSnapshot snapshot() {
        var now = run;
        return new ContainerSnapshot(
                container,
                now == null && !closed ? waiting : null,
                now == null ? null : now.since,
                ended,
                restarts,
                now != null && now.probes.started(),
                now != null && now.probes.ready());
    }

    /** Starts it when it is time; returns how long until then. A container whose image is another now is restarted. */
    synchronized Optional<Duration> sync(Pod pod, Container wanted) {
        container = wanted;
        var now = clock.instant();
        if (run != null) {
            if (!stopping && !run.image.equals(wanted.getImage())) {
                context.normal("Killing", "Container " + wanted.getName() + " definition changed, will be restarted");
                end(context.grace());
            }
            return Optional.empty();
        }
        if (closed) {
            return Optional.empty();
        }
        if (now.isBefore(notBefore)) {
            var message = "back-off " + pause.toSeconds() + "s restarting failed container=" + wanted.getName()
                    + " pod=" + context.podName();
            waiting = new Waiting("CrashLoopBackOff", message);
            context.warning("BackOff", "Back-off restarting failed container " + wanted.getName());
            return Optional.of(Duration.between(now, notBefore));
        }
        prepare(pod, now);
        return Optional.empty();
    }

    /** An init container that is done doesn't start again. */
    synchronized void close() {
        closed = true;
    }

    private void prepare(Pod pod, Instant now) {
        var image = context.starter().image(container.getImage());
        if (image.isEmpty()) {
            var message = "image \"" + container.getImage() + "\" is none of the local runtime's: "
                    + context.starter().known();
            waiting = new Waiting("ErrImagePull", message);
            context.warning("Failed", "Error: ErrImagePull: " + message);
            return;
        }
        try {
            start(image.get(), context.spec(pod, container), now);
        } catch (ConfigError e) {
            waiting = new Waiting("CreateContainerConfigError", String.valueOf(e.getMessage()));
            context.warning("Failed", "Error: " + e.getMessage());
        } catch (UncheckedIOException e) {
            context.warning("Failed", "Error: " + e.getMessage());
            onEnd(new Ended(NOT_STARTABLE, "StartError", now, now));
        }
    }

    private void start(ContainerImage image, ContainerSpec spec, Instant now) {
        context.normal("Pulled", "Container image \"" + container.getImage() + "\" already present on machine");
        var running = image.start(spec);
        var probes = new ContainerProbes(context.calls(), container, spec, clock, new ProbeEvents(running));
        restarts += ended == null ? 0 : 1;
        stopping = false;
        run = new Run(running, spec, probes, container.getImage(), now);
        context.normal("Started", "Started container " + container.getName());
        probes.start(running, now);
        var _ = running.exit().thenAccept(status -> exited(running, status));
    }

    private synchronized void exited(RunningContainer running, int status) {
        if (run != null && run.running.equals(running)) {
            onEnd(Ended.of(status, run.since, clock.instant()));
        }
        context.wake();
    }

    private void onEnd(Ended now) {
        run = null;
        ended = now;
        pause = delay.after(now.started(), now.finished());
        notBefore = now.finished().plus(pause);
        waiting = new Waiting("CrashLoopBackOff", "");
        context.wake();
    }

    /** Ends it for good. */
    synchronized void stop(Duration grace) {
        closed = true;
        if (run != null) {
            context.normal("Killing", "Stopping container " + container.getName());
            end(grace);
        }
    }

    private void end(Duration grace) {
        var ending = run;
        if (ending == null) {
            return;
        }
        stopping = true;
        ending.probes.stop();
        var stopped = container;
        Thread.ofVirtual()
                .name("stop-" + context.podName())
                .start(() -> new ContainerStop(
                                context.calls(), problem -> context.warning("FailedPreStopHook", problem))
                        .stop(ending.running, stopped, ending.spec, grace));
    }

    /** Ends it at once; the answer is done when it has. */
    synchronized CompletableFuture<?> kill() {
        closed = true;
        var last = run;
        if (last == null) {
            return CompletableFuture.completedFuture(0);
        }
        last.probes.stop();
        // A container in this JVM ends within the call, and with it this run.
        last.running.kill();
        return last.running.exit();
    }

    /** What the probes of a run tell. */
    private final class ProbeEvents implements ContainerProbes.Listener {
        private final RunningContainer probed;

        ProbeEvents(RunningContainer probed) {
            this.probed = probed;
        }

        @Override
        public void failed(String kind, String problem) {
            context.warning("Unhealthy", kind + " probe failed: " + problem);
        }

        @Override
        public void changed() {
            context.wake();
        }

        @Override
        public void mustRestart(String kind) {
            restart(probed, kind);
        }
    }

    private synchronized void restart(RunningContainer probed, String kind) {
        if (run != null && run.running.equals(probed) && !stopping) {
            context.normal(
                    "Killing", "Container " + container.getName() + " failed " + kind + " probe, will be restarted");
            end(context.grace());
        }
    }
}
