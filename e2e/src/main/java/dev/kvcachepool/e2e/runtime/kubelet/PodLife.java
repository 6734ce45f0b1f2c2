package dev.kvcachepool.e2e.runtime.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** A pod from its admission until its containers have ended. Used by the runtime's thread only. */
final class PodLife {
    private final PodContext context;
    private final Clock clock;
    private final Instant admitted;
    private final List<ContainerLife> init;
    private final List<ContainerLife> containers;
    private boolean ending;

    PodLife(PodContext context, Clock clock, Duration firstRestartDelay) {
        this.context = context;
        this.clock = clock;
        this.admitted = clock.instant();
        var spec = context.pod().getSpec();
        this.init = lives(spec.getInitContainers(), firstRestartDelay);
        this.containers = lives(spec.getContainers(), firstRestartDelay);
    }

    private List<ContainerLife> lives(List<Container> given, Duration firstRestartDelay) {
        return given.stream()
                .map(container -> new ContainerLife(context, container, clock, firstRestartDelay))
                .toList();
    }

    PodContext context() {
        return context;
    }

    /** Starts what is to be started now; returns when to look again if nothing happens before. */
    Optional<Duration> sync(Pod pod) {
        try {
            context.volumes()
                    .sync(pod.getSpec().getVolumes(), new VolumeFiles(pod, context.podIp(), context.sources()));
        } catch (ConfigError e) {
            context.warning("FailedMount", "MountVolume.SetUp failed: " + e.getMessage());
            return Optional.empty(); // the ConfigMap's or Secret's event brings us back
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (var i = 0; i < init.size(); i++) {
            var life = init.get(i);
            if (!life.snapshot().isComplete()) {
                return life.sync(pod, pod.getSpec().getInitContainers().get(i));
            }
            life.close();
        }
        var again = Optional.<Duration>empty();
        for (var i = 0; i < containers.size(); i++) {
            var wait = containers.get(i).sync(pod, pod.getSpec().getContainers().get(i));
            again = Stream.concat(again.stream(), wait.stream()).min(Duration::compareTo);
        }
        return again;
    }

    /** Begins the end, once. */
    void stop(Duration grace) {
        if (!ending) {
            ending = true;
            all().forEach(life -> life.stop(grace));
        }
    }

    /** Ends it at once; the answer is done when all its containers have ended. */
    CompletableFuture<?> kill() {
        ending = true;
        return CompletableFuture.allOf(all().map(ContainerLife::kill).toArray(CompletableFuture<?>[]::new));
    }

    boolean isRunning() {
        return all().anyMatch(life -> life.snapshot().isRunning());
    }

    PodStatus status(Pod pod) {
        return PodStatuses.of(pod, context.podIp(), admitted, snapshots(init), snapshots(containers), clock.instant());
    }

    private static List<ContainerSnapshot> snapshots(List<ContainerLife> lives) {
        return lives.stream().map(ContainerLife::snapshot).toList();
    }

    private Stream<ContainerLife> all() {
        return Stream.concat(init.stream(), containers.stream());
    }
}
