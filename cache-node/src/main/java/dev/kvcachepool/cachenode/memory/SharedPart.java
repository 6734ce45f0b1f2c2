package dev.kvcachepool.cachenode.memory;

/**
 * Part of a value in a file that other processes can map.
 *
 * @param offset in the file, bytes, as {@code length}
 */
public record SharedPart(SharedFile file, long offset, int length) {}
