package dev.kvcachepool.router.engines;

/** What says which pods are engines. */
public sealed interface EngineSource permits EngineSelection, PoolReference {}
