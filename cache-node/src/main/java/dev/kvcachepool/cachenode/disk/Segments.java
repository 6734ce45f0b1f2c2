package dev.kvcachepool.cachenode.disk;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The segments that there are, by number, and the room that they take. Thread-safe; whoever changes them holds the log's
 * monitor, so that the room adds up.
 */
final class Segments {
    private final NavigableMap<Long, Segment> byNumber = new ConcurrentSkipListMap<>();
    /** Given up, and their files could not be removed yet. */
    private final Set<Long> doomed = ConcurrentHashMap.newKeySet();

    private final AtomicLong used = new AtomicLong();
    private final LogFiles files;
    private final LogCounters counters;
    private final long capacity;

    Segments(LogFiles files, LogCounters counters, long capacity) {
        this.files = files;
        this.counters = counters;
        this.capacity = capacity;
    }

    void add(Segment segment) {
        byNumber.put(segment.number, segment);
        used.addAndGet(segment.reserved());
    }

    boolean has(long number) {
        return byNumber.containsKey(number);
    }

    boolean hasOtherThan(long number) {
        return byNumber.keySet().stream().anyMatch(other -> other != number);
    }

    /** Ends writing to a segment; what it did not need is free again. */
    void seal(Segment segment) {
        if (segment.seal()) {
            used.addAndGet(segment.reserved() - segment.limit);
        }
    }

    /** All segments, and what each takes, bytes; those begun first come first. */
    SequencedMap<Long, Long> sizes() {
        var sizes = new LinkedHashMap<Long, Long>();
        byNumber.forEach((number, segment) -> sizes.put(number, segment.reserved()));
        return sizes;
    }

    /** A segment in use by the caller, who leaves it; null when it is gone. */
    @Nullable
    Segment enter(long number) {
        var segment = byNumber.get(number);
        return segment != null && segment.enter() ? segment : null;
    }

    OptionalLong oldest() {
        var first = byNumber.firstEntry();
        return first == null ? OptionalLong.empty() : OptionalLong.of(first.getKey());
    }

    /** Whether another segment of {@code bytes} fits. */
    boolean fits(long bytes) {
        return usedBytes() + bytes <= capacity;
    }

    long usedBytes() {
        return used.get();
    }

    /** Gives a segment up; its file goes now, or as soon as the disk lets it. */
    void drop(long number) {
        var segment = byNumber.remove(number);
        if (segment == null) {
            return;
        }
        used.addAndGet(-segment.reserved());
        counters.droppedSegments.increment();
        remove(number);
        segment.leave();
    }

    /** Removes a file that is no segment in use. */
    void remove(long number) {
        try {
            files.delete(Segment.nameOf(number));
            doomed.remove(number);
        } catch (IOException e) {
            counters.eraseErrors.increment();
            doomed.add(number);
        }
    }

    /** Tries again to remove what could not be removed. */
    void removeDoomed() {
        doomed.forEach(this::remove);
    }

    void dropAll() {
        for (Map.Entry<Long, Segment> each : byNumber.entrySet()) {
            drop(each.getKey());
        }
    }

    void close() {
        byNumber.values().forEach(Segment::leave);
        byNumber.clear();
        used.set(0);
    }
}
