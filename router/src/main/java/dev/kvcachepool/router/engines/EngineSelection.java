package dev.kvcachepool.router.engines;

import java.util.List;

/**
 * Which pods are engines.
 *
 * @param selector of their labels, as Kubernetes writes it
 * @param namespace theirs; empty for the one that the Kubernetes client is set to
 * @param ports at which each serves HTTP, each an endpoint of its own; one at the least
 */
public record EngineSelection(String selector, String namespace, List<Integer> ports) implements EngineSource {
    public EngineSelection {
        ports = List.copyOf(ports);
    }
}
