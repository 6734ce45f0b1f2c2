package dev.kvcachepool.operator.roll;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.PodForm;
import dev.kvcachepool.operator.desired.SecretsMark;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Map;

/**
 * What a cache-node's process runs as: two pods of the same form differ in nothing that a process would notice.
 *
 * @param image of the cache-node's container, which can be changed while the pod stays
 * @param shape hash of all else in the pod's specification
 * @param settings hash of the settings that it starts with
 * @param secrets which content of the pool's Secrets it has read; empty for the first one
 * @param restart the user's mark on the pool when it was made, empty for none
 */
record NodeForm(String image, String shape, String settings, String secrets, String restart) {

    /** Of a pod, or of the template that pods are made of. */
    static NodeForm of(ObjectMeta meta, PodSpec spec) {
        var annotations = meta.getAnnotations() == null ? Map.<String, String>of() : meta.getAnnotations();
        return new NodeForm(
                image(spec.getContainers()),
                annotations.getOrDefault(PodForm.SHAPE, ""),
                annotations.getOrDefault(PodForm.SETTINGS, ""),
                annotations.getOrDefault(SecretsMark.ON_PODS, ""),
                annotations.getOrDefault(KVCachePool.RESTART_ANNOTATION, ""));
    }

    private static String image(List<Container> containers) {
        return containers.stream()
                .filter(container -> container.getName().equals(PodForm.CONTAINER))
                .map(Container::getImage)
                .findFirst()
                .orElse("");
    }

    /** Whether the container can be restarted where it is to become like {@code other}. */
    boolean differsInImageAlone(NodeForm other) {
        return !image.equals(other.image)
                && shape.equals(other.shape)
                && settings.equals(other.settings)
                && secrets.equals(other.secrets)
                && restart.equals(other.restart);
    }
}
