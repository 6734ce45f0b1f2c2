package dev.kvcachepool.e2e.runtime.kubelet;

import dev.kvcachepool.e2e.runtime.cluster.ClusterWriter;
import dev.kvcachepool.e2e.runtime.cluster.EventRecorder;
import dev.kvcachepool.e2e.runtime.cluster.Key;
import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import dev.kvcachepool.e2e.runtime.cluster.PodState;
import dev.kvcachepool.e2e.runtime.cluster.Reconciler;
import dev.kvcachepool.e2e.runtime.cluster.WorkQueue;
import dev.kvcachepool.e2e.runtime.container.ContainerImage;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The kubelets of all nodes as one: runs the pods that are bound, ends those that are deleted, writes their status. */
public final class Kubelet implements Reconciler, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Kubelet.class.getName());
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private final ObjectCache cache;
    private final ClusterWriter writer;
    private final EventRecorder events;
    private final WorkQueue queue;
    private final Path folder;
    private final ContainerStarter starter;
    private final AddressPool addresses;
    private final Duration firstRestartDelay;
    private final ProbeCall calls = new ProbeCall();
    private final Clock clock = Clock.systemUTC();
    private final Map<String, PodLife> lives = new HashMap<>();

    /**
     * @param folder gets {@code pods} and {@code logs}
     * @param addresses the pods' pool: three bytes with the last dot
     */
    public Kubelet(
            ObjectCache cache,
            ClusterWriter writer,
            EventRecorder events,
            WorkQueue queue,
            Path folder,
            Map<String, ContainerImage> images,
            Map<String, String> environment,
            String addresses,
            Duration firstRestartDelay) {
        this.cache = cache;
        this.writer = writer;
        this.events = events;
        this.queue = queue;
        this.folder = folder;
        this.starter = new ContainerStarter(folder.resolve("logs"), images, environment);
        this.addresses = new AddressPool(addresses);
        this.firstRestartDelay = firstRestartDelay;
        try {
            Files.createDirectories(folder.resolve("logs"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + folder, e);
        }
    }

    @Override
    public synchronized void reconcile(Key key) {
        var pod = cache.get(Pod.class, key.namespace(), key.name());
        bury(key, pod == null ? "" : pod.getMetadata().getUid());
        if (pod == null || pod.getSpec().getNodeName() == null) {
            if (pod != null && PodState.isTerminating(pod)) {
                writer.deleteNow(pod); // no kubelet ever had it
            }
            return;
        }
        if (PodState.isTerminating(pod)) {
            end(pod);
        } else if (!PodState.isFinished(pod)) {
            run(key, pod);
        }
    }

    private void run(Key key, Pod pod) {
        var life = lives.computeIfAbsent(pod.getMetadata().getUid(), uid -> admit(key, pod, uid));
        var again = life.sync(pod);
        again.ifPresent(wait -> queue.add(key, wait));
        writeStatus(pod, life);
    }

    private PodLife admit(Key key, Pod pod, String uid) {
        var context = new PodContext(
                pod,
                addresses.take(),
                new PodVolumes(folder.resolve("pods").resolve(uid)),
                new ConfigSources(cache, key.namespace()),
                starter,
                calls,
                events,
                () -> queue.add(key));
        return new PodLife(context, clock, firstRestartDelay);
    }

    private void end(Pod pod) {
        var life = lives.get(pod.getMetadata().getUid());
        if (life == null) {
            writer.deleteNow(pod);
            return;
        }
        var seconds = pod.getMetadata().getDeletionGracePeriodSeconds();
        life.stop(seconds == null ? life.context().grace() : Duration.ofSeconds(seconds));
        writeStatus(pod, life);
        if (!life.isRunning()) {
            forget(pod.getMetadata().getUid());
            writer.deleteNow(pod);
        }
    }

    private void writeStatus(Pod pod, PodLife life) {
        var status = life.status(pod);
        if (!status.equals(pod.getStatus())) {
            var copy = writer.copy(pod);
            copy.setStatus(status);
            writer.updateStatus(copy);
        }
    }

    /** Ends what is left of pods of this name that are no longer in the API. */
    private void bury(Key key, String living) {
        for (var uid : List.copyOf(lives.keySet())) {
            var life = lives.get(uid);
            if (life != null
                    && !uid.equals(living)
                    && Key.of(life.context().pod()).equals(key)) {
                var _ = life.kill();
                if (!life.isRunning()) {
                    forget(uid);
                }
            }
        }
    }

    private void forget(String uid) {
        var life = lives.remove(uid);
        if (life == null) {
            return;
        }
        addresses.release(life.context().podIp());
        try {
            life.context().volumes().delete();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot remove the volumes of " + life.context().podName(), e);
        }
    }

    /** Ends every container at once, without grace: the machine goes off. */
    @Override
    public synchronized void close() {
        var ends = lives.values().stream().map(PodLife::kill).toArray(CompletableFuture<?>[]::new);
        try {
            var _ = CompletableFuture.allOf(ends).get(CLOSE_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(Level.WARNING, "not every container has ended", e);
        }
    }
}
