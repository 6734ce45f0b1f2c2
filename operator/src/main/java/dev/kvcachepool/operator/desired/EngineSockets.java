package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Protocols;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Unix sockets of a NodeLocal pool in a folder of the Kubernetes node, or of a Sidecar pool in one of the pod, seen under one
 * path by cache-nodes and engines, so that one setting is right for both. Only this folder is shared: what engines read of a node's memory comes as descriptors of
 * sealed files through a socket.
 */
final class EngineSockets {
    private static final String VOLUME = "sockets";
    private static final String ENGINE_VOLUME = "kvcachepool-sockets";
    private static final String MOUNT = "/run/kvcachepool";
    private static final String RESP = MOUNT + "/resp.sock";
    private static final String MEMORY = MOUNT + "/memory.sock";

    private EngineSockets() {}

    private static Protocols.@Nullable Local local(PoolContext context) {
        return context.spec().protocols().local();
    }

    /** Whether engines share memory with cache-nodes. */
    static boolean areShared(PoolContext context) {
        return context.isSidecar() || local(context) != null;
    }

    /** Settings of the nodes; empty without sockets. */
    static Map<String, String> settings(PoolContext context) {
        return areShared(context)
                ? Map.of(
                        "KVP_RESP_SOCKET", RESP,
                        "KVP_MEMORY_SOCKET", MEMORY,
                        "KVP_SOCKET_PERMISSIONS", permissions(context))
                : Map.of();
    }

    /** A pod's own folder is seen by its own containers only, whoever they run as. */
    private static String permissions(PoolContext context) {
        var local = local(context);
        return local == null ? "666" : local.permissions();
    }

    static List<VolumeMount> mounts(PoolContext context) {
        return !areShared(context)
                ? List.of()
                : List.of(new VolumeMountBuilder()
                        .withName(VOLUME)
                        .withMountPath(MOUNT)
                        .build());
    }

    static List<Volume> volumes(PoolContext context) {
        var local = local(context);
        return local == null
                ? List.of()
                : List.of(new VolumeBuilder()
                        .withName(VOLUME)
                        // Not made where it is missing: it would be root's, and no cache-node could write to it.
                        .withNewHostPath(local.hostPath(), "Directory")
                        .build());
    }

    /** The same folder in engines' pods, which they only look into. */
    static List<VolumeMount> engineMounts(PoolContext context) {
        return !areShared(context)
                ? List.of()
                : List.of(new VolumeMountBuilder()
                        .withName(ENGINE_VOLUME)
                        .withMountPath(MOUNT)
                        .withReadOnly(true)
                        .build());
    }

    static List<Volume> engineVolumes(PoolContext context) {
        if (context.isSidecar()) {
            return List.of(new VolumeBuilder()
                    .withName(ENGINE_VOLUME)
                    .withNewEmptyDir()
                    .withSizeLimit(new Quantity("1", "Mi"))
                    .endEmptyDir()
                    .build());
        }
        var local = local(context);
        return local == null
                ? List.of()
                : List.of(new VolumeBuilder()
                        .withName(ENGINE_VOLUME)
                        .withNewHostPath(local.hostPath(), "Directory")
                        .build());
    }

    /** What engines are told; empty without sockets. */
    static Map<String, String> connection(PoolContext context) {
        if (context.isSidecar()) {
            return Map.of("resp-socket-url", "unix://" + RESP, "memory-socket", MEMORY);
        }
        var local = local(context);
        return local == null
                ? Map.of()
                : Map.of("resp-socket-url", "unix://" + RESP, "memory-socket", MEMORY, "engine-pod.yaml", """
                                # What engine pods need beside their own: the folder of the cache-node's sockets.
                                spec:
                                  containers:
                                    - name: <engine>
                                      volumeMounts:
                                        - {name: kvcachepool, mountPath: %s, readOnly: true}
                                  volumes:
                                    - {name: kvcachepool, hostPath: {path: %s, type: Directory}}
                                """.formatted(
                                MOUNT, local.hostPath()));
    }

    /** How the Python client's adapters reach the pool, as members of a JSON object. */
    static String parameters(PoolContext context, String respUrl) {
        var where = !areShared(context)
                ? "\"url\": \"%s\"".formatted(respUrl)
                : "\"url\": \"unix://%s\", \"memory_socket\": \"%s\"".formatted(RESP, MEMORY);
        return context.spec().security().auth() == null ? where : where + ", \"password_env\": \"KVP_PASSWORD\"";
    }
}
