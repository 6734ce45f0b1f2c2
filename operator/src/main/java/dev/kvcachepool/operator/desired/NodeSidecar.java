package dev.kvcachepool.operator.desired;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A cache-node as a native sidecar of an engine's pod: an init container that goes on, started before the engine and ended after
 * it. It brings along the security context that is elsewhere the pod's, as the pod's is the engine's. It is never a reason for the
 * pod not to be ready: an engine whose cache is away serves.
 */
public final class NodeSidecar {
    /** The container's name. */
    public static final String CONTAINER = "kvcachepool-cache-node";

    /** Before the names of volumes and ports, so that they are nobody else's, and no Service of the engine's meets them. */
    private static final String PREFIX = "kvcachepool-";

    private static final String TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final String PORT_PREFIX = "kvp-";

    private NodeSidecar() {}

    static Container container(PoolContext context) {
        var node = NodePods.container(context, new KafkaAccess(context));
        return new ContainerBuilder(node)
                .withName(CONTAINER)
                .withRestartPolicy("Always")
                .withPorts(node.getPorts().stream().map(NodeSidecar::port).toList())
                .withStartupProbe(byNumber(node.getStartupProbe()))
                .withLivenessProbe(byNumber(node.getLivenessProbe()))
                .withReadinessProbe(null)
                .withVolumeMounts(
                        node.getVolumeMounts().stream().map(NodeSidecar::mount).toList())
                .addToVolumeMounts(noToken())
                .editSecurityContext()
                .withRunAsNonRoot(true)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .build();
    }

    private static ContainerPort port(ContainerPort port) {
        return new ContainerPortBuilder(port)
                .withName(PORT_PREFIX + port.getName())
                .build();
    }

    private static Probe byNumber(Probe probe) {
        return new ProbeBuilder(probe)
                .editHttpGet()
                .withPort(new IntOrString(PoolContext.NODE_HTTP_PORT))
                .endHttpGet()
                .build();
    }

    private static VolumeMount mount(VolumeMount mount) {
        return new VolumeMountBuilder(mount).withName(PREFIX + mount.getName()).build();
    }

    /** In the place of the engine's token for the API server, which a cache-node has no use for: an empty folder. */
    private static VolumeMount noToken() {
        return new VolumeMountBuilder()
                .withName(PREFIX + PodParts.scratch().getName())
                .withMountPath(TOKEN)
                .withSubPath("no-token")
                .withReadOnly(true)
                .build();
    }

    /** What the container mounts, save the sockets' folder, which the engine has, too. */
    static List<Volume> volumes(PoolContext context) {
        var volumes = new ArrayList<Volume>();
        volumes.add(PodParts.scratch());
        volumes.addAll(new KafkaAccess(context).volumes());
        volumes.addAll(ExtraVolumes.volumes(context.spec().template()));
        volumes.addAll(PoolUsers.of(context).nodeVolumes());
        volumes.addAll(PoolTls.of(context).volumes());
        volumes.addAll(PoolTenants.of(context).volumes());
        return volumes.stream()
                .map(volume -> new VolumeBuilder(volume)
                        .withName(PREFIX + volume.getName())
                        .build())
                .toList();
    }

    /** The ports that the pod's other containers can't have then. */
    public static List<Integer> ports(Container sidecar) {
        return Stream.ofNullable(sidecar.getPorts())
                .flatMap(List::stream)
                .map(ContainerPort::getContainerPort)
                .toList();
    }
}
