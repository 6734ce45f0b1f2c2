package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Security.NetworkRules;
import dev.kvcachepool.operator.desired.ChildLabels.Component;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * Who may open connections to cache-nodes and routers: the protocols' ports are for clients and the pool's own pods, the
 * HTTP ports for those and the operator, and for whoever reads metrics. What pods connect to is left open: brokers and
 * engines may be anywhere.
 */
public final class NetworkPolicies {
    private static final String NAMESPACE = "kubernetes.io/metadata.name";

    private NetworkPolicies() {}

    /** For cache-nodes. Clients need nothing of their HTTP port. */
    public static NetworkPolicy ofNodes(PoolContext context) {
        var protocols = new ArrayList<Integer>();
        protocols.add(context.respPort());
        if (context.lmPort() != null) {
            protocols.add(context.lmPort());
        }
        var ownProtocols = new ArrayList<>(protocols);
        ownProtocols.add(PoolContext.NODE_HTTP_PORT);
        return policy(
                context,
                context.names().nodes(),
                Component.CACHE_NODE,
                rule(own(context), ownProtocols),
                rule(clients(context), protocols),
                rule(watchers(context), List.of(PoolContext.NODE_HTTP_PORT)));
    }

    /** For routers. */
    public static NetworkPolicy ofRouters(PoolContext context) {
        var gateway = context.spec().router().gateway();
        var http = List.of(PoolContext.ROUTER_HTTP_PORT);
        var ports = gateway == null ? http : List.of(PoolContext.ROUTER_HTTP_PORT, gateway.port());
        return policy(
                context,
                context.names().router(),
                Component.ROUTER,
                rule(own(context), http),
                rule(clients(context), ports),
                rule(watchers(context), http));
    }

    private static NetworkPolicy policy(
            PoolContext context, String name, Component component, NetworkPolicyIngressRule... rules) {
        return new NetworkPolicyBuilder()
                .withMetadata(context.metadata(name, component))
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(ChildLabels.selector(context.pool(), component))
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .withIngress(rules)
                .endSpec()
                .build();
    }

    private static NetworkPolicyIngressRule rule(List<NetworkPolicyPeer> from, List<Integer> ports) {
        return new NetworkPolicyIngressRuleBuilder()
                .withFrom(from)
                .withPorts(ports.stream().map(NetworkPolicies::port).toList())
                .build();
    }

    private static NetworkPolicyPort port(int number) {
        return new NetworkPolicyPortBuilder()
                .withPort(new IntOrString(number))
                .withProtocol("TCP")
                .build();
    }

    /** Cache-nodes read from one another, routers pin, and nodes ask routers. */
    private static List<NetworkPolicyPeer> own(PoolContext context) {
        return List.of(new NetworkPolicyPeerBuilder()
                .withPodSelector(new LabelSelectorBuilder()
                        .withMatchLabels(ChildLabels.ofPool(context.pool()))
                        .build())
                .build());
    }

    private static List<NetworkPolicyPeer> clients(PoolContext context) {
        var named = rules(context).clients();
        // An empty selector: all pods of this namespace.
        return named.isEmpty()
                ? List.of(new NetworkPolicyPeerBuilder()
                        .withNewPodSelector()
                        .endPodSelector()
                        .build())
                : named;
    }

    /** The operator, in its own namespace, and whoever is named for metrics. */
    private static List<NetworkPolicyPeer> watchers(PoolContext context) {
        var watchers = new ArrayList<NetworkPolicyPeer>();
        watchers.add(new NetworkPolicyPeerBuilder()
                .withNewNamespaceSelector()
                .addToMatchLabels(NAMESPACE, context.release().namespace())
                .endNamespaceSelector()
                .withPodSelector(new LabelSelectorBuilder()
                        .withMatchLabels(ChildLabels.ofOperator())
                        .build())
                .build());
        watchers.addAll(rules(context).monitoring());
        return watchers;
    }

    private static NetworkRules rules(PoolContext context) {
        return context.spec().security().networkPolicy();
    }
}
