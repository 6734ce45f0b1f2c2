package dev.kvcachepool.prefixadvert.index;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A block is written while it is looked at: it is not there, or there with its first holder, or with both; never less again. */
@JCStressTest
@Outcome(id = ", ", expect = Expect.ACCEPTABLE, desc = "before")
@Outcome(id = {", 1", ", 1 2", "1, 1", "1, 1 2", "1 2, 1 2"}, expect = Expect.ACCEPTABLE, desc = "meanwhile or after")
@Outcome(expect = Expect.FORBIDDEN, desc = "what nobody wrote, or went back in time")
@State
public class BlockWrittenStress {
    private final Tables tables = new Tables();

    @Actor
    public void writer() {
        tables.put(1L << 40, 1, 2);
    }

    @Actor
    public void reader(LL_Result result) {
        result.r1 = tables.holders(1L << 40);
        result.r2 = tables.holders(1L << 40);
    }
}
