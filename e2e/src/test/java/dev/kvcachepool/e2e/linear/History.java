package dev.kvcachepool.e2e.linear;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happened to one key: whether some order of the operations explains every answer, in which each takes effect at one moment
 * between its call and its answer. Keys are independent of one another, so a store is linearizable if each key's history is.
 *
 * <p>Source: Wing and Gong, "Testing and Verifying Concurrent Objects" (1993), with Lowe's memory of the states met ("Testing for
 * linearizability", 2017): depth first over the operations that may come next, those called before the first answer among the
 * rest.
 */
final class History {
    private final List<Operation> operations;
    private final boolean mayForget;

    /** Of a store that keeps what it has. */
    History(List<Operation> operations) {
        this(operations, false);
    }

    /**
     * What happened.
     *
     * @param mayForget whether the key's value may go at any moment, as a cache's do; never to come back
     */
    History(List<Operation> operations, boolean mayForget) {
        this.mayForget = mayForget;
        this.operations = operations.stream()
                .sorted(Comparator.comparingLong(Operation::began))
                .toList();
    }

    /** Which operations took effect, and what the key holds then. */
    private record State(BitSet applied, int version) {}

    private record Step(int operation, int before) {}

    /** True where there is such an order, of a key that holds nothing at first. */
    boolean isLinearizable() {
        Set<State> met = new HashSet<>();
        var applied = new BitSet();
        var path = new ArrayList<Step>();
        int version = 0;
        int from = 0;
        while (applied.cardinality() < operations.size()) {
            int next = next(applied, version, from, met);
            if (next >= 0) {
                path.add(new Step(next, version));
                applied.set(next);
                version = stateAfter(next, version);
                from = 0;
            } else if (path.isEmpty()) {
                return false;
            } else {
                var undone = path.removeLast();
                applied.clear(undone.operation);
                version = undone.before;
                from = undone.operation + 1;
            }
        }
        return true;
    }

    /** The first operation from {@code from} on that may come next and leads to a state not met yet; −1 for none. */
    private int next(BitSet applied, int version, int from, Set<State> met) {
        long firstAnswer = Long.MAX_VALUE;
        for (int i = applied.nextClearBit(0); i < operations.size(); i = applied.nextClearBit(i + 1)) {
            var operation = operations.get(i);
            if (operation.began() > firstAnswer) {
                break;
            }
            firstAnswer = Math.min(firstAnswer, operation.ended());
            var after = i < from ? null : after(operation, version);
            if (after != null) {
                var then = (BitSet) applied.clone();
                then.set(i);
                if (met.add(new State(then, after))) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** It is enough to forget where only that explains an answer: a value that is there forbids no later forgetting. */
    private @Nullable Integer after(Operation operation, int version) {
        var after = operation.after(version);
        return after == null && mayForget ? operation.after(0) : after;
    }

    private int stateAfter(int operation, int version) {
        var after = after(operations.get(operation), version);
        if (after == null) {
            throw new IllegalStateException("not a step: " + operations.get(operation));
        }
        return after;
    }
}
