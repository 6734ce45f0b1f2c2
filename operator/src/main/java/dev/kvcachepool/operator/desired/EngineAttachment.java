package dev.kvcachepool.operator.desired;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an engine's pod is given to use a pool: variables and mounts of the engine's container, volumes of the pod. The values
 * are those of the connection ConfigMap, written out, so that an engine can be started again when that is gone.
 *
 * @param hostPath whether a folder of the Kubernetes node is among the volumes
 * @param sidecar a cache-node of the pod's own; null where it has none
 * @param sharesDevice whether that is to use the engine's GPU, by the same claim
 * @param pullSecrets Secrets to pull its image with
 */
public record EngineAttachment(
        List<EnvVar> environment,
        List<VolumeMount> mounts,
        List<Volume> volumes,
        boolean hostPath,
        @Nullable Container sidecar,
        boolean sharesDevice,
        List<LocalObjectReference> pullSecrets) {
    /** Where an engine finds the connection ConfigMap as files. */
    public static final String FOLDER = "/etc/kvcachepool";

    private static final String SETTINGS = "kvcachepool-connection";
    private static final int READABLE = 0444;

    /**
     * For a pod of one of the pool's engines.
     *
     * @param model what it serves; null for the only one that the pool declares
     */
    public static EngineAttachment of(PoolContext context, @Nullable String model) {
        var mounts = new ArrayList<VolumeMount>();
        mounts.add(new VolumeMountBuilder()
                .withName(SETTINGS)
                .withMountPath(FOLDER)
                .withReadOnly(true)
                .build());
        mounts.addAll(EngineSockets.engineMounts(context));
        var volumes = new ArrayList<Volume>();
        volumes.add(new VolumeBuilder()
                .withName(SETTINGS)
                .withNewConfigMap()
                .withName(context.names().connection())
                .withDefaultMode(READABLE)
                .endConfigMap()
                .build());
        volumes.addAll(EngineSockets.engineVolumes(context));
        if (context.isSidecar()) {
            volumes.addAll(NodeSidecar.volumes(context));
        }
        return new EngineAttachment(
                environment(context, model),
                mounts,
                volumes,
                !context.isSidecar() && EngineSockets.areShared(context),
                context.isSidecar() ? NodeSidecar.container(context) : null,
                context.isSidecar() && context.spec().tiers().gpu() != null,
                context.isSidecar() ? context.spec().imagePullSecrets() : List.of());
    }

    private static List<EnvVar> environment(PoolContext context, @Nullable String model) {
        var settings = ConnectionSettings.configMap(context).getData();
        var variables = new ArrayList<EnvVar>();
        variables.add(variable(ConnectionSettings.SEED, settings, ConnectionSettings.SEED));
        variables.add(variable("KVP_RESP_URL", settings, ConnectionSettings.RESP_URL));
        variables.add(variable("KVP_VLLM_KV_TRANSFER", settings, ConnectionSettings.VLLM));
        if (settings.containsKey(ConnectionSettings.ADAPTER)) {
            variables.add(variable("KVP_LMCACHE_L2_ADAPTER", settings, ConnectionSettings.ADAPTER));
        }
        variables.add(variable("KVP_LMCACHE_L2_PLUGIN", settings, ConnectionSettings.PLUGIN));
        variables.add(variable("KVP_SGLANG_HICACHE", settings, ConnectionSettings.HICACHE));
        inProcess(context, model)
                .ifPresent(file -> variables.add(variable("LMCACHE_CONFIG_FILE", FOLDER + "/" + file)));
        return List.copyOf(variables);
    }

    /** LMCache's file for the model; empty where it is not known which, or none is made for it. */
    private static Optional<String> inProcess(PoolContext context, @Nullable String model) {
        var models = context.spec().models().stream()
                .filter(declared -> model == null || declared.name().equals(model))
                .toList();
        return models.size() == 1 ? ConnectionSettings.inProcessKey(models.getFirst()) : Optional.empty();
    }

    private static EnvVar variable(String name, Map<String, String> settings, String key) {
        return variable(name, requireNonNull(settings.get(key), key));
    }

    /** In one line, as programs' arguments name them. */
    private static EnvVar variable(String name, String value) {
        return new EnvVar(name, value.strip().replaceAll("\\s*\n\\s*", " "), null);
    }

    /** The models that the pool declares, as their owners write them. */
    public static List<String> models(PoolContext context) {
        return context.spec().models().stream().map(model -> model.name()).toList();
    }
}
