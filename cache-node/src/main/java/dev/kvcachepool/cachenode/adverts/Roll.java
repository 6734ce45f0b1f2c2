package dev.kvcachepool.cachenode.adverts;

import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Who of the holders in the nodes table is a member of the pool: its cache-nodes, unless they have fallen silent, also
 * while they drain or start.
 *
 * <p>Silence of 60 s in broker time counts a node out only once it has lasted for a while longer by this node's clock,
 * with others speaking: after an outage of the broker the first to speak makes all others look silent for a moment. A
 * member whose row has vanished without its having left counts as silent, too: when the topic was made anew everyone's
 * row is gone until they speak again, and no home must move by that. Confined to one thread.
 */
final class Roll {
    static final Duration GRACE = Duration.ofSeconds(15);
    /** What the silent get, limit and grace together: for those who have no row that tells. */
    static final Duration VANISHED_GRACE = Duration.ofSeconds(75);

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
        var listed = new HashSet<HolderId>();
        for (var holder : holders) {
            var row = holder.node();
            var address = row.endpoints().get(RESP);
            if (row.kind() != NodeRow.Kind.CACHE_NODE || !row.pool().equals(pool) || address == null) {
                continue;
            }
            listed.add(row.holder());
            if (isSilent(holder)) {
                out.add(row.holder());
            } else {
                if (out.remove(row.holder())) {
                    returned.add(row.holder());
                }
                present.add(new Member(row.holder(), row.incarnation(), row.state(), address.host(), address.port()));
            }
        }
        members.stream()
                .filter(member -> !listed.contains(member.id()) && !isVanished(member))
                .forEach(present::add);
        present.sort(Comparator.comparing(member -> member.id().value()));
        members = List.copyOf(present);
        return returned;
    }

    private boolean isSilent(HolderView holder) {
        var id = holder.node().holder();
        if (holder.node().state() == NodeState.GONE || !holder.silent()) {
            silentSince.remove(id);
            return false;
        }
        return silence(id) >= GRACE.toNanos();
    }

    /** Whether a member without a row counts for nothing; one that had said that it is gone does so at once. */
    private boolean isVanished(Member member) {
        if (member.state() != NodeState.GONE && silence(member.id()) < VANISHED_GRACE.toNanos()) {
            return false;
        }
        silentSince.remove(member.id());
        out.add(member.id());
        return true;
    }

    private long silence(HolderId id) {
        long now = nanoClock.getAsLong();
        return now - silentSince.computeIfAbsent(id, key -> now);
    }

    List<Member> members() {
        return members;
    }
}
