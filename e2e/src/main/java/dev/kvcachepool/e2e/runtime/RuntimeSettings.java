package dev.kvcachepool.e2e.runtime;

import dev.kvcachepool.e2e.runtime.container.ContainerImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a local runtime works with.
 *
 * @param folder for volumes and the containers' logs
 * @param images image name without tag to how a container of it is started; any other image is ErrImagePull
 * @param podAddresses first three bytes of the pods' addresses with the last dot, inside 127.0.0.0/8
 * @param serviceAddresses the same for Services
 * @param environment what every container gets besides the pod's own, which it overrides: this is how pods reach the
 *     API, and how they learn to listen on their own address only; <code>{podIP}</code>, <code>{node}</code> and
 *     <code>{pod}</code> in a value stand for the container's
 * @param firstRestartDelay the pause before the second restart in a row; doubles up to 30 times of it
 */
public record RuntimeSettings(
        Path folder,
        Map<String, ContainerImage> images,
        List<NodeSettings> nodes,
        String podAddresses,
        String serviceAddresses,
        Map<String, String> environment,
        Duration firstRestartDelay) {
    public RuntimeSettings {
        images = Map.copyOf(images);
        nodes = List.copyOf(nodes);
        environment = Map.copyOf(environment);
        requireLoopback("podAddresses", podAddresses);
        requireLoopback("serviceAddresses", serviceAddresses);
    }

    /** Kubernetes' own delay and the pools 127.0.10.N and 127.0.20.N. */
    public static RuntimeSettings of(Path folder, Map<String, ContainerImage> images, List<NodeSettings> nodes) {
        return new RuntimeSettings(folder, images, nodes, "127.0.10.", "127.0.20.", Map.of(), Duration.ofSeconds(10));
    }

    public RuntimeSettings withEnvironment(Map<String, String> given) {
        return new RuntimeSettings(folder, images, nodes, podAddresses, serviceAddresses, given, firstRestartDelay);
    }

    /** Other pools: two runtimes on one machine must not share them. */
    public RuntimeSettings withAddresses(String pods, String services) {
        return new RuntimeSettings(folder, images, nodes, pods, services, environment, firstRestartDelay);
    }

    public RuntimeSettings withFirstRestartDelay(Duration given) {
        return new RuntimeSettings(folder, images, nodes, podAddresses, serviceAddresses, environment, given);
    }

    private static void requireLoopback(String name, String prefix) {
        if (!prefix.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.")) {
            throw new IllegalArgumentException(name + " is '" + prefix + "'; it must be like 127.0.10.");
        }
    }
}
