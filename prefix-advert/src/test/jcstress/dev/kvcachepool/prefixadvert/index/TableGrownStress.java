package dev.kvcachepool.prefixadvert.index;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A segment is copied to a larger one, and a block of it gets another set then, while both are looked at: who reads the old
 * segment may see the block as it was, or finds its set gone and goes to the new one.
 */
@JCStressTest
@Outcome(id = {"1 2 3, 7", "1 3, 7"}, expect = Expect.ACCEPTABLE, desc = "before or after")
@Outcome(expect = Expect.FORBIDDEN, desc = "a block was lost, or has another one's holders")
@State
public class TableGrownStress {
    private static final int CAPACITY = Segment.MIN_CAPACITY;
    private final Tables tables = new Tables();

    public TableGrownStress() {
        tables.put(1L << 40, 1, 2, 3);
        for (int block = 2; block <= CAPACITY - CAPACITY / 4; block++) {
            tables.put((long) block << 40, 7);
        }
    }

    @Actor
    public void writer() {
        tables.put(9L << 40, 8);
        tables.remove(1L << 40, 2);
        tables.put(9L << 40, 9, 10);
    }

    @Actor
    public void reader(LL_Result result) {
        result.r1 = tables.holders(1L << 40);
        result.r2 = tables.holders(2L << 40);
    }
}
