package dev.kvcachepool.e2e.inference;

/** The workloads, in the order in which they run. */
enum WorkloadName {
    conversation,
    few_shot,
    retrieval_prefix,
    retrieval_any_position,
    nothing_shared,
    two_nodes,
    engine_restarted,
    node_restarted,
    pool_too_small,
    slow_pool
}
