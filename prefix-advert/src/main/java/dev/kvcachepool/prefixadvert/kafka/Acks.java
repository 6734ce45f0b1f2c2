package dev.kvcachepool.prefixadvert.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a partition's leaders have acknowledged lately, to be looked for once there is another leader: a log that was
 * truncated has lost its newest records, so these are enough. Thread-safe.
 *
 * <p>Kept are the acknowledgements since the mark before the last one, and the one before those. The last mark alone would
 * not do: the leader may have changed just before it.
 */
final class Acks {
    static final int MOST = 4_096;

    private List<Ack> earlier = new ArrayList<>();
    private List<Ack> current = new ArrayList<>();
    private @Nullable Ack beforeEarlier;
    private @Nullable Ack beforeCurrent;
    private @Nullable Ack last;
    private boolean rewound;

    /** One record that was acknowledged; equal where its key's bytes are. */
    record Ack(long offset, ByteBuffer key) {}

    synchronized void add(long offset, byte[] key) {
        // One partition's acknowledgements come in the order of its log.
        rewound |= offset <= newest();
        last = new Ack(offset, ByteBuffer.wrap(key));
        if (current.size() < MOST) {
            current.add(last);
        }
    }

    /** Forgets what came before the last mark, save its newest. */
    synchronized void mark() {
        earlier = current;
        beforeEarlier = beforeCurrent;
        current = new ArrayList<>();
        beforeCurrent = last;
    }

    /** The newest offset acknowledged, −1 before the first. */
    synchronized long newest() {
        return last == null ? -1 : last.offset();
    }

    /** Whether an offset was given out twice: the log had lost what it had before. */
    synchronized boolean rewound() {
        return rewound;
    }

    /** Whether there were too many to remember. */
    synchronized boolean overflowed() {
        return earlier.size() >= MOST || current.size() >= MOST;
    }

    /** Those remembered, oldest first. */
    synchronized List<Ack> recent() {
        var recent = new ArrayList<Ack>();
        if (beforeEarlier != null) {
            recent.add(beforeEarlier);
        }
        recent.addAll(earlier);
        recent.addAll(current);
        return recent;
    }
}
