package dev.kvcachepool.operator.probe;

import dev.kvcachepool.operator.probe.Findings.RouterView;
import java.util.List;

/**
 * A router's {@code /v1/index}.
 *
 * @param router where it was asked
 * @param holders the pool's cache-nodes, as it knows them
 */
record RouterIndex(RouterDoor router, RouterView view, List<Holder> holders) {

    RouterIndex {
        holders = List.copyOf(holders);
    }

    /**
     * A cache-node in the tables.
     *
     * @param state as the router writes it, such as {@code serving}
     * @param liveness as the router writes it, such as {@code fresh}
     */
    record Holder(String id, long incarnation, String state, String liveness) {
        boolean isGone() {
            return state.equals("gone");
        }

        boolean speaks() {
            return liveness.equals("fresh");
        }
    }
}
