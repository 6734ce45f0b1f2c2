package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.Mismatch;
import java.util.LinkedHashMap;
import java.util.List;

/** What engines and pool differ in: what cache-nodes say of values that they are given, and what became of prompts. Thread-safe. */
public final class PoolMismatches {
    private final PoolNodes nodes;
    private final SentPrompts sent;

    public PoolMismatches(PoolNodes nodes, SentPrompts sent) {
        this.nodes = nodes;
        this.sent = sent;
    }

    /** What several nodes say alike is one. */
    public List<Mismatch> now() {
        var all = new LinkedHashMap<Mismatch, Long>();
        for (var view : nodes.all()) {
            if (view.liveness() != Liveness.NOT_PICKED) {
                view.node().mismatches().forEach(each -> all.merge(with(each, 1), each.values(), Long::sum));
            }
        }
        sent.mismatches().forEach(each -> all.put(with(each, 1), each.values()));
        return all.entrySet().stream()
                .map(each -> with(each.getKey(), each.getValue()))
                .toList();
    }

    private static Mismatch with(Mismatch mismatch, long values) {
        return new Mismatch(mismatch.kind(), mismatch.model(), mismatch.declared(), mismatch.found(), values);
    }
}
