package dev.kvcachepool.crds;

/** How a cache-node comes to a GPU. */
public enum GpuAccess {
    /** Requests one of its own. */
    Dedicated,
    /** Shares an engine's resource claim as its sidecar. */
    SidecarClaim,
    /** Sees the Kubernetes node's without a request. */
    Visible
}
