package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.table.Doubt;
import java.util.HashSet;
import java.util.Set;

/** What a reader has read its log anew for: once each, for a log that still says so has answered. Confined to one thread. */
final class Doubts {
    private static final int MOST = 1_024;
    private final Set<Doubt> answered = new HashSet<>();

    /** Whether to read anew for this one. */
    boolean isNew(Doubt doubt) {
        if (answered.size() >= MOST) {
            answered.clear();
        }
        return answered.add(doubt);
    }
}
