package dev.kvcachepool.crds;

/** Where a pool's cache-nodes run, and with that where a block lives. */
public enum Placement {
    /** {@code replicas} nodes behind one Service; each chunk lives at its home, found by rendezvous hash. */
    Pooled,
    /** One node for each matching Kubernetes node, reached from there only; a block lives where it was stored. */
    NodeLocal,
    /** One in each engine's pod, made with it as a sidecar; a block lives where it was stored. */
    Sidecar
}
