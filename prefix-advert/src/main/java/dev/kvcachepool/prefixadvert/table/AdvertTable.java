package dev.kvcachepool.prefixadvert.table;

import dev.kvcachepool.prefixadvert.index.PrefixIndex;
import dev.kvcachepool.prefixadvert.wire.Advert;
import dev.kvcachepool.prefixadvert.wire.AdvertBatch;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.Micros;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Both advert tables, built record by record, with the index kept in step.
 *
 * <p>Rules (adverts of one holder are in one partition, so in order; across partitions any order gives the same table):
 *
 * <ol>
 *   <li>A record of a higher incarnation than known, of whatever kind, ends the holder's earlier life: its rows leave the
 *       index at once and its node row is void.
 *   <li>A record of a lower incarnation changes nothing (fenced). So a zombie can neither add nor erase.
 *   <li>A holder without a node row of its current incarnation is not listed, hence never picked.
 *   <li>Silence is counted in broker time, from records of the current incarnation only, and not while nobody is heard.
 * </ol>
 *
 * <p>One thread calls {@link #apply}; all else may be called by any thread.
 */
public final class AdvertTable {
    private static final Logger LOG = Logger.getLogger(AdvertTable.class);
    /** How often holders speak, at the least. */
    private static final long BEAT_MILLIS = 5_000;

    private static final long LONGEST_GAP_MILLIS = 2 * BEAT_MILLIS;
    /** Records that the index is told of before they are applied, so that its waits for memory overlap. */
    private static final int EXPECTED_TOGETHER = 32;

    private final PrefixIndex index;
    private final InstantSource clock;
    private final Silence silence;
    private final Predicate<NodeRow> wanted;
    private final Map<Long, Holder> holders = new ConcurrentHashMap<>();
    private final Slots slots = new Slots();
    private final LagWindow lag = new LagWindow();
    private volatile @Nullable Doubt doubt;
    private volatile long newestMillis;
    /** Counted by the writer, and shown to others after each batch: a volatile write a record would cost more than the record. */
    private long rowsSoFar;

    private long fencedSoFar;
    private long nowMicros;
    private volatile long rows;
    private volatile long fenced;
    private volatile long malformed;
    private volatile long missed;
    private final AdvertBatch single = new AdvertBatch(1);

    /**
     * An empty table.
     *
     * @param index empty; written by this table alone from now on
     * @param clock to measure the time from stored to applied
     */
    public AdvertTable(PrefixIndex index, InstantSource clock) {
        this(index, clock, Silence.DEFAULT);
    }

    /** The same with another patience for holders that say nothing. */
    public AdvertTable(PrefixIndex index, InstantSource clock, Silence silence) {
        this(index, clock, silence, row -> true);
    }

    /**
     * The same, of some holders' blocks only.
     *
     * @param wanted says of a holder's row whether its blocks are indexed; the same answer for all rows of an incarnation.
     *     Blocks of a holder whose row has not come yet are indexed until then
     */
    public AdvertTable(PrefixIndex index, InstantSource clock, Silence silence, Predicate<NodeRow> wanted) {
        this.index = index;
        this.clock = clock;
        this.silence = silence;
        this.wanted = wanted;
    }

    public PrefixIndex index() {
        return index;
    }

    /**
     * Applies one record of either topic; one that does not parse is counted and skipped.
     *
     * @param value null for a tombstone
     * @param brokerMillis the record's log-append time
     * @param live whether the record was written after this reader's start, so that its lag means something
     */
    public void apply(byte @Nullable [] key, byte @Nullable [] value, long brokerMillis, boolean live) {
        single.clear();
        single.add(key, value, brokerMillis);
        apply(single, live);
    }

    /** Applies some records, in their order. */
    public void apply(AdvertBatch batch, boolean live) {
        for (int from = 0; from < batch.size(); from += EXPECTED_TOGETHER) {
            nowMicros = live ? Micros.of(clock.instant()) : 0;
            int end = Math.min(batch.size(), from + EXPECTED_TOGETHER);
            for (int record = from; record < end; record++) {
                expect(batch, record);
            }
            for (int record = from; record < end; record++) {
                apply(batch, record, live);
            }
        }
        rows = rowsSoFar;
        fenced = fencedSoFar;
    }

    private void expect(AdvertBatch batch, int record) {
        switch (batch.kind(record)) {
            case ROW, TOMBSTONE -> index.expect(batch.block(record));
            case NODE, MALFORMED -> {}
        }
    }

    private void apply(AdvertBatch batch, int record, boolean live) {
        long brokerMillis = batch.brokerMillis(record);
        hear(brokerMillis, live);
        switch (batch.kind(record)) {
            case ROW -> applyRow(batch, record, brokerMillis, live);
            case TOMBSTONE -> applyTombstone(batch, record, brokerMillis);
            case NODE -> applyNode(batch.node(record), brokerMillis, live);
            case MALFORMED -> skip(batch.fault(record));
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void skip(String fault) {
        malformed++;
        LOG.debugf("skipped an advert: %s", fault);
    }

    /** So many records were compacted away before they could be applied. By the thread that calls {@link #apply}. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public void missed(long records) {
        missed += records;
    }

    /** Nothing has come for a while. By the thread that calls {@link #apply}. */
    public void idle() {
        index.idle();
    }

    /**
     * Moves the time by which silence counts. A time in which nobody at all was heard, by a reader that listened, was the
     * broker's silence: nobody ages by it. While a log is read from its start that can't be told from compaction.
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void hear(long brokerMillis, boolean live) {
        long gap = brokerMillis - newestMillis;
        if (live && gap > LONGEST_GAP_MILLIS) {
            for (var holder : holders.values()) {
                holder.lastSeenMillis += gap - BEAT_MILLIS;
            }
        }
        if (gap > 0) {
            newestMillis = brokerMillis;
        }
    }

    private void applyNode(Advert.OfNode node, long brokerMillis, boolean live) {
        var key = node.key();
        var hash = key.holder().hash();
        var row = node.row();
        if (row != null && !row.holder().equals(key.holder())) {
            skip("holder_id is " + row.holder() + ", the key says " + key.holder());
            return;
        }
        rowsSoFar++;
        if (row == null) {
            var holder = holders.get(hash);
            if (holder != null) {
                holder.node(null);
                dropIfEmpty(holder);
            }
            return;
        }
        var holder = current(hash, row.incarnation(), brokerMillis);
        if (holder == null) {
            doubt(hash, brokerMillis, live);
        } else {
            holder.node(row);
            if (!holder.ignored && !wanted.test(row)) {
                holder.ignored = true;
                index.forget(holder.slot);
            }
        }
    }

    /** A lower incarnation than the known one speaks. */
    private void doubt(long hash, long brokerMillis, boolean live) {
        var known = holders.get(hash);
        if (live && known != null && brokerMillis - known.lastSeenMillis >= silence.limitMillis()) {
            doubt = new Doubt(hash, known.incarnation);
        }
    }

    /** What only the log, read anew, can tell. */
    public Optional<Doubt> doubt() {
        return Optional.ofNullable(doubt);
    }

    private void applyTombstone(AdvertBatch batch, int record, long brokerMillis) {
        rowsSoFar++;
        long hash = batch.holder(record);
        long incarnation = batch.incarnation(record);
        var known = holders.get(hash);
        if (known == null || known.incarnation < incarnation) {
            return; // a tombstone alone makes no holder
        }
        var holder = current(hash, incarnation, brokerMillis);
        if (holder != null && !holder.ignored) {
            index.remove(holder.slot, batch.block(record));
            dropIfEmpty(holder);
        }
    }

    private void applyRow(AdvertBatch batch, int record, long brokerMillis, boolean live) {
        rowsSoFar++;
        long incarnation = batch.incarnation(record);
        var holder = current(batch.holder(record), incarnation, brokerMillis);
        if (holder == null || holder.ignored) {
            return;
        }
        var row = batch.row(record);
        boolean added = index.put(holder.slot, batch.block(record), row);
        // A block that moves between tiers, or that its holder found on disk, is told again long after it was stored.
        if (live && added && row.storedAtMicros() >= incarnation) {
            lag.add(Math.max(0, nowMicros - row.storedAtMicros()));
        }
    }

    /** The holder in this incarnation, or null where that incarnation is over. */
    private @Nullable Holder current(long hash, long incarnation, long brokerMillis) {
        var holder = holders.get(hash);
        if (holder == null || holder.incarnation < incarnation) {
            var successor = new Holder(hash, incarnation, slots.take());
            successor.lastSeenMillis = brokerMillis;
            holders.put(hash, successor);
            if (holder != null) {
                index.forget(holder.slot);
                slots.giveBack(holder.slot);
            }
            return successor;
        }
        if (holder.incarnation > incarnation) {
            fencedSoFar++;
            return null;
        }
        if (brokerMillis > holder.lastSeenMillis) {
            holder.lastSeenMillis = brokerMillis;
        }
        return holder;
    }

    private void dropIfEmpty(Holder holder) {
        if (!holder.hasNode() && index.pairs(holder.slot) == 0) {
            holders.remove(holder.hash);
            slots.giveBack(holder.slot);
        }
    }

    /** All holders with a node row of their current incarnation, by id. */
    public List<HolderView> holders() {
        return holders.values().stream()
                .map(this::view)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(view -> view.node().holder().value()))
                .toList();
    }

    private @Nullable HolderView view(Holder holder) {
        return holder.view(newestMillis, silence, index.pairs(holder.slot));
    }

    public Optional<HolderView> holder(HolderId id) {
        return Optional.ofNullable(holders.get(id.hash())).flatMap(holder -> {
            var view = view(holder);
            return Optional.ofNullable(view).filter(seen -> isRowOf(seen.node(), id));
        });
    }

    private static boolean isRowOf(NodeRow row, HolderId id) {
        return row.holder().equals(id);
    }

    public AdvertStats stats() {
        return new AdvertStats(rows, malformed, fenced, lag.p99(), 0, missed);
    }
}
