package dev.kvcachepool.e2e.runtime.fields;

import java.util.Set;

/** What is known about one field. */
sealed interface FieldRule {
    /** The runtime acts on it and all below it. */
    record Understood() implements FieldRule {}

    /** The runtime acts on these values only. */
    record OneOf(Set<String> values) implements FieldRule {}

    /** Another section's rules hold below it. */
    record As(String section) implements FieldRule {}

    /** The runtime does nothing about it, for a reason that is in the docs. */
    record Ignored(String reason) implements FieldRule {}
}
