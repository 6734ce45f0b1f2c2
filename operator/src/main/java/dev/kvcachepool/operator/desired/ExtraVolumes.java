package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.ExtraVolume;
import dev.kvcachepool.crds.PodTemplate;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;

/** Volumes that users give to pods, under names that none of the operator's own has. */
final class ExtraVolumes {
    private static final String PREFIX = "extra-";

    private ExtraVolumes() {}

    static List<Volume> volumes(PodTemplate template) {
        return template.volumes().stream().map(ExtraVolumes::volume).toList();
    }

    private static Volume volume(ExtraVolume given) {
        var volume = new VolumeBuilder().withName(PREFIX + given.name());
        if (given.configMap() != null) {
            volume.withNewConfigMap().withName(given.configMap()).endConfigMap();
        } else if (given.secret() != null) {
            volume.withNewSecret().withSecretName(given.secret()).endSecret();
        } else if (given.claim() != null) {
            volume.withNewPersistentVolumeClaim(given.claim(), null);
        } else {
            volume.withNewEmptyDir()
                    .withSizeLimit(new Quantity(given.emptyDir()))
                    .endEmptyDir();
        }
        return volume.build();
    }

    static List<VolumeMount> mounts(PodTemplate template) {
        return template.volumes().stream()
                .map(given -> new VolumeMountBuilder()
                        .withName(PREFIX + given.name())
                        .withMountPath(given.mountPath())
                        .withReadOnly(given.readOnly() ? true : null)
                        .build())
                .toList();
    }
}
