package dev.kvcachepool.operator.scale;

/** Why a pool has the number of cache-nodes that it has; {@code status.autoscaling.reason}. */
enum ScaleReason {
    /** The tiers are as full as they shall be, or as near as whole cache-nodes come to it. */
    AsNeeded,
    /** The tiers are fuller than they shall be, and prompts find enough there. */
    HitsSuffice,
    /** The tiers are fuller than they shall be; whether prompts find enough there is not known. */
    HitsUnknown,
    /** Fewer would hold what is held; prompts find too little as it is. */
    HitsLacking,
    /** More are wanted, and were not for long enough yet. */
    GrowthWanted,
    /** Fewer would do, and would not have for long enough yet. */
    ShrinkWanted,
    /** All serve, but not for long enough that their figures mean something. */
    Filling,
    /** More are wanted than spec.autoscaling.max allows. */
    AtMaximum,
    /** There are more than there were. */
    Grown,
    /** There are fewer than there were. */
    Shrunk,
    /** What there was lies outside of spec.autoscaling.min and max. */
    Bounded,
    /** The user holds the operator back. */
    Paused,
    /** Children could not be applied. */
    ChildrenFailing,
    /** Kafka, or Strimzi's word of it, is not as it should be. */
    AdvertsFailing,
    /** Cache-nodes start, end, or are missing. */
    NodesNotServing,
    /** Cache-nodes are on their way to another form. */
    Rolling,
    /** What would have to be known is not, or is too old. */
    FiguresMissing,
    /** spec.autoscaling was taken away and no number was given. */
    Off
}
