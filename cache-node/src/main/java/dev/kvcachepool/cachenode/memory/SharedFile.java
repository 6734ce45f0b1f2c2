package dev.kvcachepool.cachenode.memory;

/**
 * A file of an arena's memory, for clients that read values where they lie.
 *
 * @param slice of the arena
 * @param generation of the slice's files, from 0 on
 */
public record SharedFile(int slice, int generation) {}
