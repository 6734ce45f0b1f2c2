package dev.kvcachepool.bench.disk;

import dev.kvcachepool.bench.load.Content;
import java.lang.foreign.MemorySegment;

/** A run of keys of one size, put and read in order; a key belongs to one thread at a time. Size in bytes. */
final class DiskValues {
    private final Content content;
    private final long firstKey;
    private final long size;
    private final int[] versions;

    DiskValues(Content content, long firstKey, long size, long bytes) {
        this.content = content;
        this.firstKey = firstKey;
        this.size = size;
        this.versions = new int[(int) Math.max(1, bytes / size)];
    }

    int count() {
        return versions.length;
    }

    long size() {
        return size;
    }

    long key(int index) {
        return firstKey + index;
    }

    MemorySegment latest(int index) {
        return content.of(key(index), versions[index], size);
    }

    MemorySegment next(int index) {
        versions[index]++;
        return latest(index);
    }
}
