package dev.kvcachepool.cachenode.nearby;

import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who holds what by the blocks table, as this node reads it itself. Never waits. Thread-safe. */
public final class TableHolders implements Holders {
    private final AdvertView adverts;
    private final Placement placement;
    private final HolderOrder order;

    /**
     * By a table.
     *
     * @param placement knows the nodes that may be asked
     */
    public TableHolders(AdvertView adverts, Placement placement) {
        this.adverts = adverts;
        this.placement = placement;
        this.order = new HolderOrder(placement.self());
    }

    @Override
    public List<List<Member>> of(List<Sought> values, long endNanos) {
        var members = bySlot();
        var slots = members.keySet().stream().mapToInt(Integer::intValue).toArray();
        List<BlockId> blocks = values.stream().map(Sought::block).toList();
        var holdings = adverts.index().holders(blocks, slots);
        var holders = new ArrayList<List<Member>>(values.size());
        for (int i = 0; i < values.size(); i++) {
            holders.add(order.best(values.get(i), holdings.get(i), holding -> members.get(holding.slot())));
        }
        return holders;
    }

    /** Slots stand for incarnations, so they are asked for each time: an old one may stand for somebody else by now. */
    private Map<Integer, Member> bySlot() {
        var members = new HashMap<Integer, Member>();
        for (var member : placement.others()) {
            adverts.holder(member.id()).ifPresent(view -> members.put(view.slot(), member));
        }
        return members;
    }
}
