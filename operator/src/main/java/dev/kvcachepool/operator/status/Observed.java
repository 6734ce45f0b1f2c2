package dev.kvcachepool.operator.status;

import dev.kvcachepool.operator.probe.Findings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a status is made from.
 *
 * @param paused whether the user holds the operator back
 * @param nodes of the cache-nodes
 * @param router null where the pool has none
 * @param failures of applying children
 * @param pods what keeps pods from running
 * @param findings null before the outside was first asked
 */
public record Observed(
        boolean paused,
        Workload nodes,
        @Nullable Workload router,
        List<Trouble> failures,
        List<Trouble> pods,
        @Nullable Findings findings) {

    public Observed {
        failures = List.copyOf(failures);
        pods = List.copyOf(pods);
    }
}
