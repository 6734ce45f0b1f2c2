package dev.kvcachepool.prefixadvert.index;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link Run}s of the chains that {@link Lessons} tell of, a few blocks at a time, paid for by writes: a look-up that
 * tells of a chain must not keep the log waiting until all of it is learnt. What is in a run already is leapt over. For the
 * writer alone.
 */
final class Learning {
    /** Blocks at a time, so that waits for memory overlap. */
    private static final int TOGETHER = 32;

    private final Map<Long, BlockTable> tables;
    private final Lessons lessons;
    private Lessons.@Nullable Lesson lesson;
    private int at;
    private int credit;
    /** Keeps what was loaded ahead from being optimised away. */
    @SuppressWarnings("UnusedVariable") // so it is
    private long expected;

    Learning(Map<Long, BlockTable> tables, Lessons lessons) {
        this.tables = tables;
        this.lessons = lessons;
    }

    /** One write happened: it pays for one block. */
    void onWrite() {
        if (isOver()) {
            credit = 0;
        } else if (++credit == TOGETHER) {
            credit = 0;
            learnSome();
        }
    }

    /** Learns about so many blocks, if there are so many to learn. */
    void learn(int blocks) {
        for (int i = 0; i < blocks && !isOver(); i += TOGETHER) {
            learnSome();
        }
    }

    /** Learns all that it was told. */
    void finish() {
        while (!isOver()) {
            learnSome();
        }
    }

    private boolean isOver() {
        return lesson == null && lessons.isEmpty();
    }

    private void learnSome() {
        if (lesson == null) {
            lesson = lessons.poll();
            at = 1;
        }
        if (lesson != null && !learnSome(lesson)) {
            lesson = null;
        }
    }

    /** Whether there is more of the lesson. */
    private boolean learnSome(Lessons.Lesson some) {
        var table = tables.get(some.namespace());
        if (table == null) {
            return false;
        }
        var chain = some.chain();
        int end = Math.min(chain.size(), at + TOGETHER);
        for (int block = at; block < end; block++) {
            expected += table.touch(Mix.of(chain.high(block), chain.low(block)));
        }
        for (int i = 0; i < TOGETHER && at < chain.size(); i++) {
            int learnt = table.learn(chain, at);
            if (learnt == 0) {
                return false;
            }
            at += learnt;
        }
        return at < chain.size();
    }
}
