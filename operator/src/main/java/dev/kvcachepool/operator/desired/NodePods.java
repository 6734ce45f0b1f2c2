package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Placement;
import dev.kvcachepool.operator.desired.ChildLabels.Component;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import java.util.ArrayList;
import java.util.List;

/** The pods of cache-nodes, alike in both placements but for the holder's name. */
final class NodePods {
    /** The API server needs a moment beyond the drain to see the end. */
    private static final long BEYOND_DRAIN_SECONDS = 30;

    private static final Quantity CPU = new Quantity("500", "m");
    private static final int START_SECONDS = 120;
    private static final int READY_PERIOD_SECONDS = 1;
    private static final int READY_FAILURES = 2;

    /** From a node's first word that it ends until no Service leads anybody to it: the kubelet asks, kube-proxies are told. */
    static final int LEFT_ALONE_SECONDS = READY_PERIOD_SECONDS * READY_FAILURES + 2;

    private NodePods() {}

    static PodTemplateSpec template(PoolContext context) {
        var template = context.spec().template();
        var spec = spec(context);
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(PodParts.merge(template.labels(), ChildLabels.of(context.pool(), Component.CACHE_NODE)))
                .withAnnotations(PodParts.merge(template.annotations(), PodForm.annotations(context, spec)))
                .endMetadata()
                .withSpec(spec)
                .build();
    }

    private static PodSpec spec(PoolContext context) {
        var template = context.spec().template();
        var kafka = new KafkaAccess(context);
        return new PodSpecBuilder()
                .withServiceAccountName(context.names().nodes())
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withSecurityContext(NodeDisk.security(context, PodParts.podSecurity()))
                .withTerminationGracePeriodSeconds(
                        context.spec().updateStrategy().drainSeconds() + BEYOND_DRAIN_SECONDS)
                .withImagePullSecrets(context.spec().imagePullSecrets())
                .withNodeSelector(template.nodeSelector().isEmpty() ? null : template.nodeSelector())
                .withTolerations(template.tolerations())
                .withAffinity(template.affinity())
                .withTopologySpreadConstraints(spread(context))
                .withPriorityClassName(template.priorityClassName())
                .withRuntimeClassName(template.runtimeClassName())
                .withContainers(container(context, kafka))
                .withVolumes(PodParts.scratch())
                .addAllToVolumes(new RestartInPlace(context).volumes())
                .addAllToVolumes(kafka.volumes())
                .addAllToVolumes(ExtraVolumes.volumes(template))
                .addAllToVolumes(PoolUsers.of(context).nodeVolumes())
                .addAllToVolumes(PoolTenants.of(context).volumes())
                .addAllToVolumes(PoolTls.of(context).volumes())
                .addAllToVolumes(NodeArena.volumes(context))
                .addAllToVolumes(NodeDisk.volumes(context))
                .addAllToVolumes(EngineSockets.volumes(context))
                .build();
    }

    static Container container(PoolContext context, KafkaAccess kafka) {
        return new ContainerBuilder()
                .withName(Component.CACHE_NODE.label())
                .withImage(context.nodeImage())
                .addNewEnvFrom()
                .withNewConfigMapRef(context.names().config(), null)
                .endEnvFrom()
                .withEnv(PodParts.environment(
                        identity(context, kafka), context.spec().template()))
                .withPorts(ports(context))
                .withStartupProbe(PodParts.probe(PoolTls.of(context), "/health/live", 1, START_SECONDS))
                .withReadinessProbe(
                        PodParts.probe(PoolTls.of(context), "/health/ready", READY_PERIOD_SECONDS, READY_FAILURES))
                .withLivenessProbe(PodParts.probe(PoolTls.of(context), "/health/live", 10, 6))
                .withResources(NodeArena.resources(
                        context,
                        NodeGpu.resources(
                                context,
                                PodParts.resources(
                                        context.spec().resources(),
                                        NodeMemory.of(context.spec()).limit(),
                                        CPU))))
                .withSecurityContext(PodParts.containerSecurity())
                .withVolumeMounts(PodParts.scratchMount())
                .addAllToVolumeMounts(new RestartInPlace(context).mounts())
                .addAllToVolumeMounts(kafka.mounts())
                .addAllToVolumeMounts(ExtraVolumes.mounts(context.spec().template()))
                .addAllToVolumeMounts(PoolUsers.of(context).mounts())
                .addAllToVolumeMounts(PoolTenants.of(context).mounts())
                .addAllToVolumeMounts(PoolTls.of(context).mounts())
                .addAllToVolumeMounts(NodeArena.mounts(context))
                .addAllToVolumeMounts(NodeDisk.mounts(context))
                .addAllToVolumeMounts(EngineSockets.mounts(context))
                .build();
    }

    private static List<ContainerPort> ports(PoolContext context) {
        var ports = new ArrayList<ContainerPort>();
        ports.add(PodParts.port("resp", context.respPort()));
        if (context.lmPort() != null) {
            ports.add(PodParts.port("lm", context.lmPort()));
        }
        ports.add(PodParts.port("http", PoolContext.NODE_HTTP_PORT));
        return ports;
    }

    private static List<EnvVar> identity(PoolContext context, KafkaAccess kafka) {
        var variables = new ArrayList<EnvVar>();
        variables.add(PodParts.field(PodParts.POD, "metadata.name"));
        variables.add(PodParts.field("KVP_KUBERNETES_NODE", "spec.nodeName"));
        variables.add(PodParts.field("KVP_ADVERTISED_ADDRESS", "status.podIP"));
        var holder = context.spec().placement() == Placement.NodeLocal
                ? "$(KVP_KUBERNETES_NODE)"
                : "$(" + PodParts.POD + ")";
        variables.add(new EnvVar("KVP_NODE_ID", context.uid() + "." + holder, null));
        variables.addAll(new RestartInPlace(context).environment());
        variables.addAll(NodeGpu.environment(context));
        variables.addAll(kafka.secrets());
        variables.addAll(PoolTraces.environment(context));
        return variables;
    }

    private static List<TopologySpreadConstraint> spread(PoolContext context) {
        var chosen = context.spec().template().topologySpreadConstraints();
        if (!chosen.isEmpty() || context.spec().placement() == Placement.NodeLocal) {
            return chosen;
        }
        return List.of(new TopologySpreadConstraintBuilder()
                .withMaxSkew(1)
                .withTopologyKey("kubernetes.io/hostname")
                .withWhenUnsatisfiable("ScheduleAnyway")
                .withNewLabelSelector()
                .withMatchLabels(ChildLabels.selector(context.pool(), Component.CACHE_NODE))
                .endLabelSelector()
                .build());
    }
}
