package dev.kvcachepool.bench.store;

import dev.kvcachepool.bench.load.Content;
import java.lang.foreign.MemorySegment;

/**
 * What one server holds: as many values of one size as fit the working set, and each one's latest version. Connections share
 * it, each with keys of its own.
 */
final class Values {
    private final Content content;
    private final long size;
    private final int[] versions;

    /** Both in bytes. */
    Values(Content content, long size, long workingSet) {
        this.content = content;
        this.size = size;
        this.versions = new int[(int) Math.max(1, workingSet / size)];
    }

    int count() {
        return versions.length;
    }

    long size() {
        return size;
    }

    /** What the server should hold now. */
    MemorySegment latest(int key) {
        return content.of(key, versions[key], size);
    }

    /** Another value of the key, from now on the latest. */
    MemorySegment next(int key) {
        versions[key]++;
        return latest(key);
    }
}
