package dev.kvcachepool.prefixadvert.hash;

/** Hashes block after block with the same buffers; for one thread, while the hasher that made it is for all. */
interface ChainStep {

    /** As {@link BlockHasher#next(byte[], int[], int)}. */
    byte[] next(byte[] parent, int[] tokens, int offset);
}
