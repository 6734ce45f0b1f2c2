package dev.kvcachepool.cachenode.resp;

import java.io.IOException;
import java.util.Set;

/**
 * A command and its shape.
 *
 * @param name in lower case
 * @param least arguments behind the name
 * @param most arguments behind the name; {@link #MANY} for the limit on keys, twice that many for pairs
 * @param flags in Redis' words, for COMMAND
 * @param keys how COMMAND finds the keys
 * @param right what a user needs for it
 * @param action reads the arguments and answers, once
 */
record Command(String name, int least, int most, Set<String> flags, Keys keys, Right right, Action action) {
    /** As many keys as the settings allow. */
    static final int MANY = -1;

    /** As many pairs of key and value as the settings allow. */
    static final int MANY_PAIRS = -2;

    /** What a command does. */
    @FunctionalInterface
    interface Action {
        void run(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException;
    }

    /** Where the keys are among name and arguments: first, last (−1 is the end), step. */
    enum Keys {
        NONE(0, 0, 0),
        ONE(1, 1, 1),
        ALL(1, -1, 1),
        PAIRS(1, -1, 2);

        final int first;
        final int last;
        final int step;

        Keys(int first, int last, int step) {
            this.first = first;
            this.last = last;
            this.step = step;
        }
    }

    /** What a user needs for a command. */
    enum Right {
        /** Nothing: it shows and changes no key, or the connection's own leases only. */
        OPEN,
        /** Each key that it names: {@link Arguments#key} refuses those of others. */
        KEYS,
        /** Nothing: of keys it shows the user's own only. */
        OWN_KEYS,
        /** All keys. */
        ALL_KEYS,
        /** To be another node of the pool. */
        POOL
    }

    boolean takes(int arguments, int limit) {
        int allowed = switch (most) {
            case MANY -> limit;
            case MANY_PAIRS -> 2 * limit;
            default -> most;
        };
        return arguments >= least && arguments <= allowed;
    }

    /** Redis' way to say how many words a command has: negative for a least number. */
    int arity() {
        return least == most ? least + 1 : -(least + 1);
    }
}
