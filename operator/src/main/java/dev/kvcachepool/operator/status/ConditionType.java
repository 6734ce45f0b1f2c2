package dev.kvcachepool.operator.status;

/** The conditions of a KVCachePool, each on every path; a PrefixPin has the first and the third. */
public enum ConditionType {
    /** All cache-nodes and routers that there shall be serve, in their newest form. */
    Ready,
    /** Something is on its way to what there shall be. */
    Progressing,
    /** Something is wrong that may need a human; the message says the next step. */
    Degraded,
    /** What cache-nodes hold can be, and is, advertised. */
    AdvertsPublishing,
    /** The disk tier's volumes are there, in the size that they shall have. */
    StorageReady,
    /** Requests go to engines by what the cache-nodes hold. */
    Steerable,
    /** The user holds the operator back. */
    ReconciliationPaused
}
