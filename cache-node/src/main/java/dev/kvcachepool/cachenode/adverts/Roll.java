package dev.kvcachepool.cachenode.adverts;

import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Who of the holders in the nodes table is a member of the pool: its cache-nodes, unless they have fallen silent.
 *
 * <p>Silence of 60 s in broker time counts a node out only once it has lasted for a while longer by this node's clock,
 * with others speaking: after an outage of the broker the first to speak makes all others look silent for a moment.
 * Confined to one thread.
 */
final class Roll {
    static final Duration GRACE = Duration.ofSeconds(15);
    private static final String RESP = "resp";

    private final String pool;
    private final LongSupplier nanoClock;
    private final Map<HolderId, Long> silentSince = new HashMap<>();
    private final Set<HolderId> out = new HashSet<>();
    private List<Member> members = List.of();

    Roll(String pool, LongSupplier nanoClock) {
        this.pool = pool;
        this.nanoClock = nanoClock;
    }

    /** Takes in the table as it is now; those who had been counted out and have come back. */
    Set<HolderId> call(List<HolderView> holders) {
        var present = new ArrayList<Member>();
        var returned = new HashSet<HolderId>();
        for (var holder : holders) {
            var row = holder.node();
            var address = row.endpoints().get(RESP);
            if (row.kind() != NodeRow.Kind.CACHE_NODE || !row.pool().equals(pool) || address == null) {
                continue;
            }
            if (isSilent(holder)) {
                out.add(row.holder());
            } else {
                if (out.remove(row.holder())) {
                    returned.add(row.holder());
                }
                present.add(new Member(row.holder(), row.incarnation(), row.state(), address.host(), address.port()));
            }
        }
        members = List.copyOf(present);
        return returned;
    }

    private boolean isSilent(HolderView holder) {
        var id = holder.node().holder();
        boolean quiet = holder.node().state() == NodeState.SERVING && holder.liveness() == Liveness.NOT_PICKED;
        if (!quiet) {
            silentSince.remove(id);
            return false;
        }
        long now = nanoClock.getAsLong();
        long since = silentSince.computeIfAbsent(id, key -> now);
        return now - since >= GRACE.toNanos();
    }

    List<Member> members() {
        return members;
    }
}
