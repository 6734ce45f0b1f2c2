package dev.kvcachepool.router.engines;

/**
 * An InferencePool of the Gateway API's inference extension, which says which pods are engines and where they serve.
 *
 * @param namespace its own and that of its pods; empty for the one that the Kubernetes client is set to
 */
public record PoolReference(String name, String namespace) implements EngineSource {}
