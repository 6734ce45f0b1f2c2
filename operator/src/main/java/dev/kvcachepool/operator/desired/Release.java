package dev.kvcachepool.operator.desired;

/**
 * What this operator was released with.
 *
 * @param version of the operator
 * @param nodeImage of cache-nodes where a pool names none
 * @param routerImage of routers where a pool names none
 * @param runbooks address below which each alert has its page, without a slash at its end
 * @param namespace where the operator runs
 */
public record Release(String version, String nodeImage, String routerImage, String runbooks, String namespace) {
    /** Where the pages of this version are published. */
    public static final String RUNBOOKS = "https://kvcachepool.dev/docs/runbooks";

    private static final String NAMESPACE = "kvcachepool-system";

    /** A release whose pages are where this version's are published, in the namespace that our manifests name. */
    public Release(String version, String nodeImage, String routerImage) {
        this(version, nodeImage, routerImage, RUNBOOKS, NAMESPACE);
    }
}
