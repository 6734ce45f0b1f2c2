package dev.kvcachepool.operator.desired;

import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFileBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.KeyToPathBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import java.util.List;
import java.util.Map;

/**
 * By what a cache-node hears that it shall end and be started anew in its pod, with other settings: Kubernetes has no call for
 * that. Two files of one volume, which the kubelet brings up to date: what the pod's annotation {@link PodForm#FORM} says, which
 * the operator changes when it is the pod's turn, and which settings a new process would have. What it was started with it has in
 * its environment. An engine's pod is not the operator's to restart: there is none of this in Sidecar placement.
 */
record RestartInPlace(PoolContext context) {
    /** In the ConfigMap of settings: their hash. */
    static final String SETTINGS_KEY = "KVP_SETTINGS_FORM";

    private static final String FORM = "KVP_FORM";
    private static final String PATH = "KVP_FORM_PATH";
    private static final String VOLUME = "form";
    private static final String FOLDER = "/etc/kvcachepool/form";
    private static final String FORM_FIELD = "metadata.annotations['" + PodForm.FORM + "']";

    List<EnvVar> environment() {
        return context.isSidecar()
                ? List.of()
                : List.of(PodParts.field(FORM, FORM_FIELD), new EnvVar(PATH, FOLDER, null));
    }

    /** What the ConfigMap says beside the settings. */
    static Map<String, String> offered(Map<String, String> settings) {
        return Map.of(SETTINGS_KEY, DesiredHash.of(settings));
    }

    List<Volume> volumes() {
        if (context.isSidecar()) {
            return List.of();
        }
        var wanted = new VolumeProjectionBuilder()
                .withNewDownwardAPI()
                .withItems(new DownwardAPIVolumeFileBuilder()
                        .withPath("wanted")
                        .withNewFieldRef("v1", FORM_FIELD)
                        .build())
                .endDownwardAPI()
                .build();
        var offered = new VolumeProjectionBuilder()
                .withNewConfigMap()
                .withName(context.names().config())
                .withItems(new KeyToPathBuilder()
                        .withKey(SETTINGS_KEY)
                        .withPath("offered")
                        .build())
                .endConfigMap()
                .build();
        return List.of(new VolumeBuilder()
                .withName(VOLUME)
                .withNewProjected()
                .withSources(wanted, offered)
                .endProjected()
                .build());
    }

    List<VolumeMount> mounts() {
        return context.isSidecar()
                ? List.of()
                : List.of(new VolumeMountBuilder()
                        .withName(VOLUME)
                        .withMountPath(FOLDER)
                        .withReadOnly(true)
                        .build());
    }
}
