package dev.kvcachepool.router.engines;

/**
 * Which pods are engines.
 *
 * @param selector of their labels, as Kubernetes writes it
 * @param namespace theirs; empty for the one that the Kubernetes client is set to
 * @param port at which each serves HTTP
 */
public record EngineSelection(String selector, String namespace, int port) {}
