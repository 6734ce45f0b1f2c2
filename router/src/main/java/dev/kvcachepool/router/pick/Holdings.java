package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.index.HolderGroups;
import dev.kvcachepool.prefixadvert.index.PrefixMatch;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.router.endpoint.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the adverts say that endpoints hold. An endpoint without a node, or whose node has no row in this pool or is not to
 * be picked, holds nothing. Thread-safe.
 */
public final class Holdings {
    private static final Held NOTHING = new Held(PrefixMatch.NOTHING, 0, false);
    private static final int[] NO_SLOTS = {};

    private final AdvertView adverts;
    private final String pool;

    public Holdings(AdvertView adverts, String pool) {
        this.adverts = adverts;
        this.pool = pool;
    }

    boolean ready() {
        return adverts.ready();
    }

    /** One an endpoint, in their order. */
    List<Held> of(List<Endpoint> endpoints, Steering.Plan plan) {
        if (plan.chain().isEmpty()) {
            return endpoints.stream().map(endpoint -> NOTHING).toList();
        }
        // The index first: one swapped in later knows other slots, and this one's are still good.
        var index = adverts.index();
        var holders = endpoints.stream().map(this::holder).toList();
        var slots = holders.stream()
                .map(holder -> holder.map(view -> new int[] {view.slot()}).orElse(NO_SLOTS))
                .toList();
        var matches = index.lookup(plan.namespace(), plan.chain(), new HolderGroups(slots, plan.requiredGroups()));
        var held = new ArrayList<Held>(endpoints.size());
        for (int i = 0; i < matches.size(); i++) {
            var match = matches.get(i);
            held.add(holders.get(i)
                    .map(view -> new Held(match, blockBytes(view), view.liveness() == Liveness.QUIET))
                    .orElse(NOTHING));
        }
        return held;
    }

    private Optional<HolderView> holder(Endpoint endpoint) {
        var node = endpoint.spec().node();
        return node == null
                ? Optional.empty()
                : adverts.holder(node)
                        .filter(view -> view.node().pool().equals(pool))
                        .filter(view -> view.liveness() != Liveness.NOT_PICKED);
    }

    private static double blockBytes(HolderView view) {
        var used = view.node().tiers().stream()
                .mapToLong(NodeRow.TierUse::usedBytes)
                .sum();
        return view.blocks() == 0 ? 0 : (double) used / view.blocks();
    }

    /**
     * What one endpoint's node holds of a prompt.
     *
     * @param blockBytes mean size of its blocks, 0 where unknown
     * @param quiet whether it was silent for a while
     */
    record Held(PrefixMatch match, double blockBytes, boolean quiet) {}
}
