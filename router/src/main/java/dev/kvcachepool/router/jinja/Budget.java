package dev.kvcachepool.router.jinja;

import java.time.Duration;

/**
 * What one rendering may take: steps, time, characters of any text, and depth. A template is its owner's program; this bounds
 * what a mistake in it, or a request made for it, can cost. Not thread-safe.
 */
final class Budget {
    /** Nested evaluations: of expressions, blocks and macros together. */
    static final int MAX_DEPTH = 600;

    private static final int MAX_STEPS = 5_000_000;
    private static final int MAX_ITEMS = 1_000_000;
    private static final int STEPS_A_LOOK = 1024;

    private final int maxCharacters;
    private final long deadline;
    private final Duration time;
    private int steps;
    private int depth;

    Budget(int maxCharacters, Duration time) {
        this.maxCharacters = maxCharacters;
        this.time = time;
        this.deadline = System.nanoTime() + time.toNanos();
    }

    /** One more thing is done. */
    void step() {
        steps++;
        if (steps > MAX_STEPS) {
            throw new TemplateException("takes more than " + MAX_STEPS + " steps");
        }
        if (steps % STEPS_A_LOOK == 0 && System.nanoTime() - deadline > 0) {
            throw new TemplateException("takes longer than " + time.toMillis() + " ms");
        }
    }

    /** So many things are done at once: items made, or characters looked at by the thousand. */
    void steps(long count) {
        for (long i = 0; i < count; i++) {
            step();
        }
    }

    void enter() {
        step();
        depth++;
        if (depth > MAX_DEPTH) {
            throw new TemplateException("is nested more than " + MAX_DEPTH + " deep");
        }
    }

    void leave() {
        depth--;
    }

    /** A text of so many characters is made. */
    void characters(long count) {
        length(count);
        steps(count >> 10);
    }

    /** A text has grown to so many characters. */
    void length(long characters) {
        if (characters > maxCharacters) {
            throw new TemplateException("makes a text of more than " + maxCharacters + " characters");
        }
    }

    /** A list of so many items is made. */
    void items(long count) {
        if (count > MAX_ITEMS) {
            throw new TemplateException("makes a list of more than " + MAX_ITEMS + " items");
        }
        steps(count);
    }
}
