package dev.kvcachepool.e2e.runtime.kubelet;

import dev.kvcachepool.e2e.runtime.container.ContainerSpec;
import dev.kvcachepool.e2e.runtime.container.RunningContainer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The probes of one run of a container, a virtual thread each, until the run ends or they are stopped. The readiness and
 * the liveness probe begin when the startup probe is through.
 */
final class ContainerProbes {
    /** What probes tell. Called from their threads. */
    interface Listener {
        /** One call failed. */
        void failed(String kind, String problem);

        /** Started or readiness is another. */
        void changed();

        /** The container must be restarted. */
        void mustRestart(String kind);
    }

    private enum Kind {
        Startup,
        Readiness,
        Liveness
    }

    private final ProbeCall call;
    private final Container container;
    private final ContainerSpec spec;
    private final Clock clock;
    private final Listener listener;
    private final CompletableFuture<@Nullable Object> over = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Object> started = new CompletableFuture<>();
    private volatile boolean ready;

    ContainerProbes(ProbeCall call, Container container, ContainerSpec spec, Clock clock, Listener listener) {
        this.call = call;
        this.container = container;
        this.spec = spec;
        this.clock = clock;
        this.listener = listener;
    }

    void start(RunningContainer running, Instant since) {
        var _ = running.exit().whenComplete((_, _) -> stop());
        ready = container.getReadinessProbe() == null;
        begin(Kind.Readiness, container.getReadinessProbe(), since);
        begin(Kind.Liveness, container.getLivenessProbe(), since);
        if (container.getStartupProbe() == null) {
            started.complete(null);
        }
        begin(Kind.Startup, container.getStartupProbe(), since);
    }

    void stop() {
        over.complete(null);
    }

    boolean started() {
        return started.isDone();
    }

    boolean ready() {
        return started() && ready;
    }

    private void begin(Kind kind, @Nullable Probe probe, Instant since) {
        if (probe != null) {
            Thread.ofVirtual()
                    .name(spec.pod() + "/" + spec.name() + "-" + kind)
                    .start(() -> loop(kind, probe, new ProbeState(probe, since)));
        }
    }

    private void loop(Kind kind, Probe probe, ProbeState state) {
        try {
            if (kind != Kind.Startup) {
                var _ = CompletableFuture.anyOf(started, over).get();
            }
            while (!overBefore(state.due())) {
                var problem = call(probe);
                if (over.isDone() || settle(kind, state, problem)) {
                    return;
                }
            }
        } catch (InterruptedException | ExecutionException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable String call(Probe probe) throws InterruptedException {
        try {
            return call.probe(probe, container, spec);
        } catch (IllegalArgumentException e) {
            return "the probe can't be called: " + e.getMessage();
        }
    }

    /** Whether this probe is done. */
    private boolean settle(Kind kind, ProbeState state, @Nullable String problem) {
        var changed = state.observe(problem == null, clock.instant());
        if (problem != null) {
            listener.failed(kind.name(), problem);
        }
        if (kind == Kind.Readiness) {
            ready = state.succeeded();
        } else if (state.failed()) {
            listener.mustRestart(kind.name().toLowerCase(Locale.ROOT));
            return true;
        } else if (kind == Kind.Startup && state.succeeded()) {
            started.complete(null);
            listener.changed();
            return true;
        }
        if (changed) {
            listener.changed();
        }
        return false;
    }

    private boolean overBefore(Instant due) throws InterruptedException, ExecutionException {
        var wait = Duration.between(clock.instant(), due);
        try {
            over.get(Math.max(0, wait.toMillis()), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false; // due
        }
    }
}
