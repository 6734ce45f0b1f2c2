package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Placement;
import dev.kvcachepool.operator.desired.ChildLabels.Component;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.List;

/** How cache-nodes are reached, under which account they run, and how many may be disturbed at a time. */
public final class NodeAccess {
    private NodeAccess() {}

    /** For engines. In a NodeLocal pool it leads to the node of the caller's own Kubernetes node, or nowhere. */
    public static Service clientService(PoolContext context) {
        var local = context.spec().placement() == Placement.NodeLocal;
        return new ServiceBuilder()
                .withMetadata(context.metadata(context.names().nodes(), Component.CACHE_NODE))
                .editMetadata()
                .withAnnotations(context.spec().template().serviceAnnotations())
                .endMetadata()
                .withNewSpec()
                .withType("ClusterIP")
                .withInternalTrafficPolicy(local ? "Local" : "Cluster")
                .withSelector(ChildLabels.selector(context.pool(), Component.CACHE_NODE))
                .withPorts(engines(context))
                .endSpec()
                .build();
    }

    /** Gives each node a name of its own, before it is ready too: peers need it while it starts. */
    public static Service headlessService(PoolContext context) {
        return new ServiceBuilder()
                .withMetadata(context.metadata(context.names().headlessService(), Component.CACHE_NODE))
                .withNewSpec()
                .withType("ClusterIP")
                .withClusterIP("None")
                .withPublishNotReadyAddresses(true)
                .withSelector(ChildLabels.selector(context.pool(), Component.CACHE_NODE))
                .withPorts(engines(context))
                .addToPorts(PoolTls.of(context).httpPort(PoolContext.NODE_HTTP_PORT))
                .endSpec()
                .build();
    }

    private static List<ServicePort> engines(PoolContext context) {
        var resp = port("resp", context.respPort());
        return context.lmPort() == null ? List.of(resp) : List.of(resp, port("lm", context.lmPort()));
    }

    static ServicePort port(String name, int port) {
        return new ServicePortBuilder()
                .withName(name)
                .withPort(port)
                .withTargetPort(new IntOrString(name))
                .withProtocol("TCP")
                .build();
    }

    /** Without any right: a cache-node never asks the API server. */
    public static ServiceAccount serviceAccount(PoolContext context) {
        return new ServiceAccountBuilder()
                .withMetadata(context.metadata(context.names().nodes(), Component.CACHE_NODE))
                .withAutomountServiceAccountToken(false)
                .build();
    }

    /** Of a Pooled pool; draining a Kubernetes node leaves DaemonSets alone. */
    public static PodDisruptionBudget disruptionBudget(PoolContext context) {
        return new PodDisruptionBudgetBuilder()
                .withMetadata(context.metadata(context.names().nodes(), Component.CACHE_NODE))
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(1))
                .withNewSelector()
                .withMatchLabels(ChildLabels.selector(context.pool(), Component.CACHE_NODE))
                .endSelector()
                .endSpec()
                .build();
    }
}
