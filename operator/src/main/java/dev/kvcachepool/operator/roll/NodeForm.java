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

    /** Whether nothing has to be done for it to become {@code wanted}. A wish that was taken back is none. */
    boolean isAs(NodeForm wanted) {
        return image.equals(wanted.image)
                && hasShapeOf(wanted)
                && settings.equals(wanted.settings)
                && secrets.equals(wanted.secrets)
                && !isAskedFor(wanted);
    }

    /** Whether {@code wanted} bears a user's wish for a restart that this one does not. */
    boolean isAskedFor(NodeForm wanted) {
        return !wanted.restart.isEmpty() && !restart.equals(wanted.restart);
    }

    /** Whether the kubelet can restart it where it is, whatever the process does: another image has it do so. */
    boolean differsInImageAlso(NodeForm other) {
        return hasShapeOf(other) && !image.equals(other.image);
    }

    /** Whether the container can be restarted where it is to become like {@code other}: all that it needs is in its pod. */
    boolean hasShapeOf(NodeForm other) {
        return shape.equals(other.shape);
    }
}
