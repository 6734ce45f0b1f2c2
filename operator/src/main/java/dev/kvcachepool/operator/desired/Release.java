package dev.kvcachepool.operator.desired;

/**
 * What this operator was released with.
 *
 * @param version of the operator
 * @param nodeImage of cache-nodes where a pool names none
 * @param routerImage of routers where a pool names none
 */
public record Release(String version, String nodeImage, String routerImage) {}
