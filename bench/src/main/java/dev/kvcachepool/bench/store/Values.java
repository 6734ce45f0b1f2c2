package dev.kvcachepool.bench.store;

import dev.kvcachepool.bench.load.Content;
import dev.kvcachepool.bench.wire.Expected;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one server holds: as many values of one size as fit the working set, and each one's latest version. Connections share
 * it, each with keys of its own.
 */
final class Values {
    private final Content content;
    private final long size;
    private final int[] versions;
    private final Map<Integer, Expected> expected = new ConcurrentHashMap<>();

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

    /** What the server should hold now; reads all of it the first time. */
    Expected latest(int key) {
        return expected.computeIfAbsent(key, any -> Expected.sum(bytes(key)));
    }

    /** Makes {@link #latest} ready for all keys, so that no GET waits for it. */
    void prepare() {
        for (int key = 0; key < count(); key++) {
            latest(key);
        }
    }

    /** Another value of the key, from now on the latest. */
    MemorySegment next(int key) {
        versions[key]++;
        expected.remove(key);
        return bytes(key);
    }

    private MemorySegment bytes(int key) {
        return content.of(key, versions[key], size);
    }
}
