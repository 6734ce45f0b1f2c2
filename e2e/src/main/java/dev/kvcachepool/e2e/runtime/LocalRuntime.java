package dev.kvcachepool.e2e.runtime;

import dev.kvcachepool.e2e.runtime.cluster.ClusterWriter;
import dev.kvcachepool.e2e.runtime.cluster.EventRecorder;
import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import dev.kvcachepool.e2e.runtime.cluster.WorkQueue;
import dev.kvcachepool.e2e.runtime.controller.DaemonSetController;
import dev.kvcachepool.e2e.runtime.controller.DeploymentController;
import dev.kvcachepool.e2e.runtime.controller.DisruptionController;
import dev.kvcachepool.e2e.runtime.controller.ReplicaSetController;
import dev.kvcachepool.e2e.runtime.controller.ServiceController;
import dev.kvcachepool.e2e.runtime.controller.StatefulSetController;
import dev.kvcachepool.e2e.runtime.kubelet.Kubelet;
import dev.kvcachepool.e2e.runtime.proxy.ServiceProxy;
import dev.kvcachepool.e2e.runtime.proxy.ServiceTable;
import dev.kvcachepool.e2e.runtime.schedule.Scheduler;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;

/**
 * The parts of kube-controller-manager, kube-scheduler, kube-proxy and kubelet that a KVCachePool needs, against any
 * Kubernetes API: pods run as processes of this machine. Owns its processes, listeners and folders until it is closed;
 * the client stays the caller's. Safe for use by several threads.
 */
public final class LocalRuntime implements AutoCloseable {
    private final ServiceTable services;
    private final ServiceProxy proxy;
    private final Kubelet kubelet;
    private final LocalNodes nodes;
    private final Watches watches;
    private final ReconcileLoop loop;
    private final FieldGate gate;

    public LocalRuntime(KubernetesClient client, RuntimeSettings settings) {
        var cache = new ObjectCache();
        var writer = new ClusterWriter(client, cache);
        var queue = new WorkQueue();
        var json = client.getKubernetesSerialization();
        this.services = new ServiceTable(cache);
        this.proxy = new ServiceProxy(cache, services);
        this.kubelet = new Kubelet(
                cache,
                writer,
                new EventRecorder(client, "kubelet"),
                queue,
                settings.folder(),
                settings.images(),
                settings.environment(),
                settings.podAddresses(),
                settings.firstRestartDelay());
        this.nodes = new LocalNodes(client, settings.nodes());
        this.watches = new Watches(client, cache, queue);
        this.gate = new FieldGate(json);
        this.loop = new ReconcileLoop(queue, cache, gate);
        var scheduler = new Scheduler(cache, writer, new EventRecorder(client, "default-scheduler"));
        loop.handle(StatefulSet.class, List.of(new StatefulSetController(cache, writer, json)));
        loop.handle(DaemonSet.class, List.of(new DaemonSetController(cache, writer)));
        loop.handle(Deployment.class, List.of(new DeploymentController(cache, writer)));
        loop.handle(ReplicaSet.class, List.of(new ReplicaSetController(cache, writer)));
        loop.handle(PodDisruptionBudget.class, List.of(new DisruptionController(cache, writer)));
        loop.handle(Service.class, List.of(new ServiceController(cache, writer, settings.serviceAddresses()), proxy));
        loop.handle(Pod.class, List.of(scheduler, kubelet));
    }

    /** Is told of a field that an object uses and the runtime doesn't implement; set it before {@link #start}. */
    public void failure(Consumer<String> onUnsupported) {
        gate.onUnsupported(onUnsupported);
    }

    /** Registers the nodes and begins to work; returns when all that the API holds has been seen. */
    public void start() {
        nodes.register();
        watches.start();
        loop.start();
    }

    /**
     * Cluster DNS and kube-proxy in one: {@code <svc>.<ns>.svc[.cluster.local]}, {@code <pod>.<svc>.<ns>.svc…} and cluster
     * IPs lead to a ready endpoint by the Service's rules; other addresses are returned as they are.
     *
     * @param fromNode the caller's node, which counts with internalTrafficPolicy Local
     * @throws dev.kvcachepool.e2e.runtime.proxy.UnreachableException if there is no such name or no endpoint
     */
    public InetSocketAddress resolve(String host, int port, String fromNode) {
        return services.resolve(host, port, fromNode);
    }

    @Override
    public void close() {
        watches.close();
        loop.close();
        proxy.close();
        kubelet.close();
    }
}
