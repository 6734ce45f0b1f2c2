package dev.kvcachepool.prefixadvert.index;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * The last block of a set gets other holders, and another block's set takes its number, while the first block is looked at: a
 * reader that has read the old word must not take the new set for it.
 */
@JCStressTest
@Outcome(id = {"1 2 3", "2 3"}, expect = Expect.ACCEPTABLE, desc = "before or after")
@Outcome(expect = Expect.FORBIDDEN, desc = "another block's holders, or none")
@State
public class SetReplacedStress {
    private final Tables tables = new Tables();

    public SetReplacedStress() {
        tables.put(1L << 40, 1, 2, 3);
        tables.put(2L << 40, 4, 5);
    }

    @Actor
    public void writer() {
        tables.remove(1L << 40, 1);
        tables.put(2L << 40, 6);
    }

    @Actor
    public void reader(L_Result result) {
        result.r1 = tables.holders(1L << 40);
    }
}
