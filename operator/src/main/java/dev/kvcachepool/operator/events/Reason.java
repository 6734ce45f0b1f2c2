package dev.kvcachepool.operator.events;

/** Why the operator did something to a running pool. */
public enum Reason {
    ChildCreated,
    ChildUpdated,
    /** A child was changed by somebody else and is as it shall be again. */
    ManualEditReverted,
    /** A child could not be applied. */
    ChildFailed,
    /** A claim of the disk tier was given another size or other attributes. */
    ClaimChanged,
    /** A KafkaTopic or KafkaUser of Strimzi's was written. */
    KafkaAsked,
    /** A Certificate of cert-manager's was written. */
    CertificateAsked,
    /** A router was told that a cache-node can't come back. */
    HolderGone,
    /** A running cache-node was restarted or replaced. */
    NodeRestarted,
    /** A pool that leaves its number of cache-nodes to the operator was given another. */
    Autoscaled,
    /** Such a pool wants more cache-nodes than it may have. */
    AutoscalingLimited,
    /** A condition of the pool or pin says something else. */
    ConditionChanged
}
