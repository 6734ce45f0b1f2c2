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
    private static final List<String> UNITS = List.of("Mi", "Gi", "Ti", "Pi", "Ei");
    private static final int STEP = 1024;

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
        } else if (given.emptyDir() != null) {
            volume.withNewEmptyDir().withSizeLimit(canonical(given.emptyDir())).endEmptyDir();
        }
        return volume.build();
    }

    /** As the API server keeps it: in the largest unit that leaves a whole number. Otherwise each look would find a difference. */
    private static Quantity canonical(String size) {
        long number = Long.parseLong(size.substring(0, size.length() - 2));
        int unit = UNITS.indexOf(size.substring(size.length() - 2));
        while (number % STEP == 0 && unit < UNITS.size() - 1) {
            number /= STEP;
            unit++;
        }
        return new Quantity(Long.toString(number), UNITS.get(unit));
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
