package dev.kvcachepool.operator.desired;

import dev.kvcachepool.operator.desired.ChildLabels.Component;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The Deployment that runs a pool's routers. */
public final class RouterWorkload {
    private static final Quantity CPU = new Quantity("250", "m");
    /** A router that has many rows to read is alive long before it is ready. */
    private static final int START_SECONDS = 60;

    private static final long GRACE_SECONDS = 30;

    private RouterWorkload() {}

    public static Deployment deployment(PoolContext context) {
        return context.secrets()
                .noteOn(new DeploymentBuilder()
                        .withMetadata(context.metadata(context.names().router(), Component.ROUTER))
                        .withNewSpec()
                        .withReplicas(context.spec().router().replicas())
                        .withRevisionHistoryLimit(5)
                        .withNewStrategy()
                        .withType("RollingUpdate")
                        .withNewRollingUpdate()
                        // A new router has read the table before an old one goes.
                        .withMaxUnavailable(new IntOrString(0))
                        .withMaxSurge(new IntOrString(1))
                        .endRollingUpdate()
                        .endStrategy()
                        .withNewSelector()
                        .withMatchLabels(ChildLabels.selector(context.pool(), Component.ROUTER))
                        .endSelector()
                        .withTemplate(template(context))
                        .endSpec()
                        .build());
    }

    private static PodTemplateSpec template(PoolContext context) {
        var template = context.spec().router().template();
        var kafka = new KafkaAccess(context);
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(PodParts.merge(template.labels(), ChildLabels.of(context.pool(), Component.ROUTER)))
                .withAnnotations(
                        context.secrets().onPods(template.annotations().isEmpty() ? null : template.annotations()))
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName(context.names().router())
                .withEnableServiceLinks(false)
                .withSecurityContext(PodParts.podSecurity())
                .withTerminationGracePeriodSeconds(GRACE_SECONDS)
                .withImagePullSecrets(context.spec().imagePullSecrets())
                .withNodeSelector(template.nodeSelector().isEmpty() ? null : template.nodeSelector())
                .withTolerations(template.tolerations())
                .withAffinity(template.affinity())
                .withTopologySpreadConstraints(template.topologySpreadConstraints())
                .withPriorityClassName(template.priorityClassName())
                .withRuntimeClassName(template.runtimeClassName())
                .withContainers(container(context, kafka))
                .withVolumes(PodParts.scratch())
                .addAllToVolumes(kafka.volumes())
                .addAllToVolumes(ExtraVolumes.volumes(template))
                .addAllToVolumes(PoolUsers.of(context).routerVolumes())
                .addAllToVolumes(PoolTls.of(context).volumes())
                .addAllToVolumes(RouterGateway.of(context).volumes())
                .addAllToVolumes(RouterTokenizers.of(context).volumes())
                .endSpec()
                .build();
    }

    private static Container container(PoolContext context, KafkaAccess kafka) {
        var memory = RouterMemory.of(context);
        var resources = PodParts.resources(context.spec().router().resources(), memory.limit(), CPU);
        var limit = resources.getLimits().getOrDefault("memory", memory.limit());
        return new ContainerBuilder()
                .withName(Component.ROUTER.label())
                .withImage(context.routerImage())
                .withEnv(PodParts.environment(
                        settings(context, kafka, memory.heapMebibytes(limit)),
                        context.spec().router().template()))
                .withPorts(PodParts.port("http", PoolContext.ROUTER_HTTP_PORT))
                .addAllToPorts(RouterGateway.of(context).containerPorts())
                .withStartupProbe(PodParts.probe(PoolTls.of(context), "/health/live", 1, START_SECONDS))
                .withReadinessProbe(PodParts.probe(PoolTls.of(context), "/health/ready", 2, 3))
                .withLivenessProbe(PodParts.probe(PoolTls.of(context), "/health/live", 10, 6))
                .withResources(resources)
                .withSecurityContext(PodParts.containerSecurity())
                .withVolumeMounts(PodParts.scratchMount())
                .addAllToVolumeMounts(kafka.mounts())
                .addAllToVolumeMounts(
                        ExtraVolumes.mounts(context.spec().router().template()))
                .addAllToVolumeMounts(PoolUsers.of(context).mounts())
                .addAllToVolumeMounts(PoolTls.of(context).mounts())
                .addAllToVolumeMounts(RouterGateway.of(context).mounts())
                .addAllToVolumeMounts(RouterTokenizers.of(context).mounts())
                .build();
    }

    private static List<EnvVar> settings(PoolContext context, KafkaAccess kafka, long heapMebibytes) {
        var router = context.spec().router();
        var plain = new TreeMap<>(kafka.settings());
        plain.putAll(PoolUsers.of(context).routerSettings());
        plain.putAll(PoolTls.of(context).routerSettings());
        plain.putAll(RouterGateway.of(context).settings());
        plain.putAll(RouterTokenizers.of(context).settings());
        plain.putAll(RouterBridges.of(context).settings());
        plain.put(PodParts.JSON_LOG, "true");
        plain.put("KVP_POOL", context.poolName());
        plain.put("KVP_PLACEMENT", context.spec().placement().name());
        plain.put("KVP_HTTP_PORT", Integer.toString(PoolContext.ROUTER_HTTP_PORT));
        plain.put("KVP_POLICY", router.policy());
        plain.put("KVP_HASH_SEED", PoolContext.HASH_SEED);
        plain.put("KVP_HEAP", heapMebibytes + "m");
        plain.put("KVP_ENGINE_NAMESPACE", context.namespace());
        if (router.engines() != null) {
            plain.put("KVP_ENGINE_SELECTOR", SelectorText.of(router.engines().selector()));
            plain.put("KVP_ENGINE_PORT", router.engines().port().toString());
        }
        var callers = router.callers();
        if (callers != null) {
            plain.put("KVP_TENANT_HEADER", callers.tenantHeader());
            plain.put("KVP_SESSION_HEADER", callers.sessionHeader());
            plain.put("KVP_FAIRNESS_QUEUE", callers.fairnessQueue());
        }
        var variables = new ArrayList<EnvVar>();
        plain.forEach((name, value) -> variables.add(new EnvVar(name, value, null)));
        variables.add(PodParts.field("KVP_ADVERTISED_ADDRESS", "status.podIP"));
        variables.addAll(kafka.secrets());
        var traces = PoolTraces.environment(context);
        if (!traces.isEmpty()) {
            variables.add(PodParts.field(PodParts.POD, "metadata.name"));
            variables.addAll(traces);
        }
        return variables;
    }
}
