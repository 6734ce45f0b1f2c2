package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.prefixadvert.wire.ModelSpec;

/**
 * What a node is told of a model.
 *
 * @param spec what is advertised with its blocks
 * @param valueBytes of a rank's chunk as LMCache's native client stores it; 0 where that is left to be seen
 */
record ModelFlag(ModelSpec spec, int valueBytes) {}
