package dev.kvcachepool.prefixadvert.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The topics that a table was read from, or that a holder's rows were written to. Once they are others, what was read or
 * written counts for nothing.
 *
 * <p>A topic that is missing may be on its way: whoever deleted it to make it anew, with settings of their own, gets
 * {@link #MISSING} for that before we do. Confined to one thread.
 */
final class Footing {
    static final Duration MISSING = Duration.ofSeconds(10);

    private final Sighting first;
    private long missingSinceNanos;
    private boolean missing;

    Footing(Sighting first) {
        this.first = first;
    }

    /** Why the topics are no longer what they were, one sentence; empty while they are. */
    Optional<String> lost(Sighting now) {
        boolean complete = now.topics().keySet().containsAll(first.topics().keySet());
        if (!complete && !missing) {
            missingSinceNanos = now.askedAtNanos();
        }
        missing = !complete;
        return first.topics().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(topic -> change(topic.getKey(), topic.getValue(), now).stream())
                .findFirst();
    }

    private Optional<String> change(String name, TopicState before, Sighting sighting) {
        var now = sighting.topics().get(name);
        if (now == null) {
            boolean overdue = sighting.askedAtNanos() - missingSinceNanos >= MISSING.toNanos();
            return overdue ? Optional.of("topic " + name + " was deleted") : Optional.empty();
        }
        if (!now.id().equals(before.id())) {
            return Optional.of("topic " + name + " was made anew");
        }
        if (now.partitions() != before.partitions()) {
            return Optional.of(
                    "topic " + name + " has " + now.partitions() + " partitions, no longer " + before.partitions());
        }
        for (int partition = 0; partition < now.partitions(); partition++) {
            var was = before.logs().get(partition);
            var is = now.logs().get(partition);
            if (is.start() > was.start()) {
                return Optional.of("partition " + partition + " of topic " + name + " starts at " + is.start()
                        + ", no longer at " + was.start());
            }
            if (is.end() < was.end()) {
                return Optional.of("partition " + partition + " of topic " + name + " ends at " + is.end() + ", it had "
                        + was.end());
            }
        }
        return Optional.empty();
    }
}
