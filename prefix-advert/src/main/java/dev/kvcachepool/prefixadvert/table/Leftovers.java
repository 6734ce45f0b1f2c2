package dev.kvcachepool.prefixadvert.table;

import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Which block rows nobody needs any more. Rules, of a row of incarnation {@code i}:
 *
 * <ol>
 *   <li>The holder's node row has a higher incarnation, or is Gone and has {@code i} itself: the row goes.
 *   <li>The holder has no node row, had none in any look for {@code patience} of log time, and {@code i} is no higher than
 *       what was seen of it at the first of those looks: the row goes.
 *   <li>Else it stays. So whoever comes back meanwhile is safe: its incarnation is higher than all that was seen.
 * </ol>
 *
 * <p>Two that sweep at a time do the same twice. One look is: all of the nodes topic by {@link #node}, then each row of the
 * blocks topic by {@link #isLeft}. Not thread-safe.
 */
public final class Leftovers {
    /** More holders without a node row than a pool has nodes: the rest is looked at later. */
    private static final int MOST_UNKNOWN = 16_384;

    private final long patienceMillis;
    private final Map<Long, Known> nodes = new HashMap<>();
    private Map<Long, Unknown> before = new HashMap<>();
    private Map<Long, Unknown> now = new HashMap<>();
    private long newestMillis;

    private record Known(long incarnation, boolean gone) {}

    /** A holder without a node row, since a time in the log, and the highest incarnation that it had then. */
    private record Unknown(long sinceMillis, long incarnation) {}

    /** Nothing looked at yet. */
    public Leftovers(Duration patience) {
        this.patienceMillis = patience.toMillis();
    }

    /** Another look begins. */
    public void begin() {
        nodes.clear();
        before = now;
        now = new HashMap<>();
    }

    /** The newest row of a holder in the nodes topic; of several partitions the highest incarnation counts. */
    public void node(NodeRow row) {
        nodes.merge(
                row.holder().hash(),
                new Known(row.incarnation(), row.state() == NodeState.GONE),
                (known, other) -> other.incarnation() >= known.incarnation() ? other : known);
    }

    /** A tombstone in the nodes topic. */
    public void noNode(AdvertKey.Node key) {
        nodes.remove(key.holder().hash());
    }

    /** The broker's time has come so far. */
    public void hear(long brokerMillis) {
        newestMillis = Math.max(newestMillis, brokerMillis);
    }

    /** Whether this row, which is not a tombstone, is to be erased. */
    public boolean isLeft(AdvertKey.Block row) {
        var known = nodes.get(row.holder());
        if (known != null) {
            return row.incarnation() < known.incarnation()
                    || (known.gone() && row.incarnation() == known.incarnation());
        }
        var unknown = before.get(row.holder());
        if (unknown != null) {
            now.put(row.holder(), unknown);
            return newestMillis - unknown.sinceMillis() >= patienceMillis && row.incarnation() <= unknown.incarnation();
        }
        if (now.size() < MOST_UNKNOWN || now.containsKey(row.holder())) {
            now.merge(
                    row.holder(),
                    new Unknown(newestMillis, row.incarnation()),
                    (seen, same) -> new Unknown(seen.sinceMillis(), Math.max(seen.incarnation(), same.incarnation())));
        }
        return false;
    }
}
