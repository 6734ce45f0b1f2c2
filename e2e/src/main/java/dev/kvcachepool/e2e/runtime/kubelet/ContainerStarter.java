package dev.kvcachepool.e2e.runtime.kubelet;

import dev.kvcachepool.e2e.runtime.container.ContainerImage;
import dev.kvcachepool.e2e.runtime.container.ContainerSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a container is started with, from its pod, the API's ConfigMaps and Secrets and the runtime's settings.
 *
 * @param environment the runtime's own, which overrides the pod's
 */
record ContainerStarter(Path logs, Map<String, ContainerImage> images, Map<String, String> environment) {
    /** How a container of this image is started; empty if the runtime doesn't know it. */
    Optional<ContainerImage> image(String reference) {
        var digest = reference.indexOf('@');
        var name = digest < 0 ? reference : reference.substring(0, digest);
        var tag = name.lastIndexOf(':');
        var bare = tag > name.lastIndexOf('/') ? name.substring(0, tag) : name;
        return Optional.ofNullable(images.get(bare));
    }

    String known() {
        return String.join(", ", new TreeSet<>(images.keySet()));
    }

    ContainerSpec spec(Pod pod, Container container, String podIp, PodVolumes volumes, ConfigSources sources)
            throws ConfigError {
        var mounts = new HashMap<String, Path>();
        container.getVolumeMounts().forEach(mount -> mounts.put(mount.getMountPath(), volumes.folder(mount.getName())));
        var paths = new MountPaths(mounts);
        var resolved = EnvResolver.resolve(pod, container, podIp, sources);
        var env = new HashMap<String, String>();
        resolved.forEach((name, value) -> env.put(name, paths.rewrite(value)));
        environment.forEach((name, value) -> env.put(name, ours(value, pod, podIp)));
        var directory = container.getWorkingDir();
        return new ContainerSpec(
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                container.getName(),
                texts(container.getCommand(), resolved, paths),
                texts(container.getArgs(), resolved, paths),
                env,
                mounts,
                directory == null ? null : Path.of(paths.rewrite(directory)),
                log(pod, container),
                pod.getSpec().getNodeName(),
                podIp);
    }

    private static List<String> texts(List<String> given, Map<String, String> env, MountPaths paths) {
        return given.stream()
                .map(text -> paths.rewrite(EnvReferences.expand(text, env)))
                .toList();
    }

    private static String ours(String value, Pod pod, String podIp) {
        return value.replace("{podIP}", podIp)
                .replace("{node}", pod.getSpec().getNodeName())
                .replace("{pod}", pod.getMetadata().getName());
    }

    private Path log(Pod pod, Container container) {
        var metadata = pod.getMetadata();
        return logs.resolve(metadata.getNamespace() + "." + metadata.getName() + "." + container.getName() + ".log");
    }
}
