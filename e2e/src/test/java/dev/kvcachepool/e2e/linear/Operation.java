package dev.kvcachepool.e2e.linear;

import org.jspecify.annotations.Nullable;

/**
 * One call on one key as its client saw it.
 *
 * @param version that was written or read; 0 for none, as for a key that is not there
 * @param done for what tells whether it did something: a removal, a write on a condition
 * @param began when it was called, as {@code ended}, when it was answered, on a clock that all clients share; an operation
 *     whose answer never came ends at {@link Long#MAX_VALUE}
 */
record Operation(Kind kind, int version, boolean done, long began, long ended) {

    enum Kind {
        SET,
        SET_IF_ABSENT,
        GET,
        EXISTS,
        DELETE
    }

    /** What the key holds after this, if it holds {@code before} at that moment; null when this can't have been answered then. */
    @Nullable
    Integer after(int before) {
        return switch (kind) {
            case SET -> version;
            case SET_IF_ABSENT -> (before == 0) == done ? (done ? version : before) : null;
            case GET -> version == before ? before : null;
            case EXISTS -> (before != 0) == done ? before : null;
            case DELETE -> (before != 0) == done ? 0 : null;
        };
    }
}
