package dev.kvcachepool.e2e.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One write: the object as it is now (as it last was, of a deleted one) and as it was before, where there was one.
 *
 * @param resource the kind, {@code statefulsets.apps}
 */
public record Change(long revision, String resource, Kind kind, ObjectNode object, Optional<ObjectNode> before) {
    /** What a watcher is told. */
    public enum Kind {
        ADDED,
        MODIFIED,
        DELETED
    }

    /** What this change is to one who sees only what the selector lets through; empty when it is nothing. */
    public Optional<Kind> seenThrough(Predicate<JsonNode> selector) {
        var saw = before.filter(selector).isPresent();
        var sees = kind != Kind.DELETED && selector.test(object);
        if (saw && sees) {
            return Optional.of(Kind.MODIFIED);
        }
        if (sees) {
            return Optional.of(Kind.ADDED);
        }
        return saw ? Optional.of(Kind.DELETED) : Optional.empty();
    }
}
