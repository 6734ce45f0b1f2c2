package dev.kvcachepool.prefixadvert.wire;

/** What names a block anywhere in a pool, whoever holds it. */
public record BlockId(Namespace namespace, BlockHash hash) {}
