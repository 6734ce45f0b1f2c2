package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A prefix index that needs neither parents nor order: one entry a block, found by its hash, with its holders in it. A
 * look-up goes along the chain block by block and stops when no group has had them all.
 *
 * <p>Layout: a {@link BlockTable} a namespace, made of {@link Segment}s with three longs a block, the second of which is
 * the block's first two {@link Holding}s or names a set of them ({@link HolderSets}). About 40 bytes a block.
 *
 * <p>Why readers need no lock:
 *
 * <ol>
 *   <li>A reader gets at everything through acquire loads: table (a ConcurrentHashMap), directory (volatile), word
 *       (acquire), set (acquire). The writer stores each with release after what it leads to, so a reader that sees a
 *       reference sees what was there before it.
 *   <li>A position's hash is written before its word and never changes. A word is one long, a set immutable: a reader
 *       sees a block's holders as they were before or after a write, never half. Where the set of a word is gone, the
 *       block has other holders by now, and the reader looks at it once more.
 *   <li>Growing, splitting and cleaning copy a segment and replace the directory. The old segment is left as it was, so
 *       a reader that still walks it sees the state from before.
 *   <li>A reader translates slots to ids when it starts. {@link #forget} cuts that translation with one volatile store;
 *       holdings of the dead id mean nothing to later look-ups, and a new life of the slot gets another id. The dead
 *       holdings are taken out by a {@link Sweep} that later writes pay for.
 * </ol>
 *
 * <p>{@link #pairs} is exact at once after {@link #forget}; {@link #blocks} counts blocks that only forgotten holders had
 * until they are swept.
 */
public final class FlatPrefixIndex implements PrefixIndex {
    private static final int IDLE_SEGMENTS = 4;
    private static final int IDLE_BLOCKS = 1 << 14;

    private final Map<Long, BlockTable> tables = new ConcurrentHashMap<>();
    private final HolderIds ids = new HolderIds();
    private final Shapes shapes = new Shapes();
    private final Tally tally = new Tally();
    private final Generations generations = new Generations(tally);
    private final Runs runs = new Runs(tally, generations);
    private final HolderSets sets = new HolderSets(tally);
    private final Lessons lessons = new Lessons();
    private final Learning learning = new Learning(tables, lessons);
    private final Sweep sweep = new Sweep(tables, ids, this::dropIfEmpty);
    private final Eviction eviction;
    /** Keeps what {@link #expect} loads from being optimised away. */
    @SuppressWarnings("UnusedVariable") // so it is
    private long expected;

    private long lastNamespace;
    private @Nullable BlockTable lastTable;

    /** An index that takes half of the heap at most. */
    public FlatPrefixIndex() {
        this(Runtime.getRuntime().maxMemory() / 2);
    }

    /**
     * An empty index.
     *
     * @param maxBytes heap bytes from which on the least useful blocks are taken out for others; above an eighth more, pairs
     *     that are not there yet are refused. Both are counted
     */
    public FlatPrefixIndex(long maxBytes) {
        this.eviction = new Eviction(maxBytes, tally, ids, runs, tables, this::dropIfEmpty);
    }

    @Override
    public void expect(BlockId block) {
        var table = knownTable(block.namespace().id());
        if (table != null) {
            expected += table.touch(Mix.of(block.hash()));
        }
    }

    @Override
    public boolean put(int slot, BlockId block, BlockRow row) {
        var id = idOf(slot);
        var mixed = Mix.of(block.hash());
        var table = table(block.namespace().id());
        if (eviction.isOverfull() && !table.holds(mixed, id)) {
            tally.addRefused();
            dropIfEmpty(block.namespace().id());
            afterWrite();
            return false;
        }
        var holding = Holding.of(id, shapes.number(row.worldSize(), row.held()), row.tiers());
        var added = table.put(mixed, holding, ids, eviction);
        if (added) {
            ids.count(id, 1);
            tally.addPairs(1);
            generations.added();
        }
        if (row.parent() != null) {
            table.join(Mix.of(row.parent()), mixed);
        }
        afterWrite();
        return added;
    }

    @Override
    public boolean remove(int slot, BlockId block) {
        var id = ids.ofSlot(slot);
        long namespace = block.namespace().id();
        var table = knownTable(namespace);
        if (id == HolderIds.NONE || table == null || !table.remove(Mix.of(block.hash()), id, ids)) {
            return false;
        }
        ids.count(id, -1);
        tally.addPairs(-1);
        if (table.isEmpty()) {
            dropIfEmpty(namespace);
        }
        afterWrite();
        return true;
    }

    private void afterWrite() {
        sweep.onWrite();
        eviction.onWrite();
        learning.onWrite();
    }

    @Override
    public void forget(int slot) {
        tally.addPairs(-ids.retire(slot));
    }

    @Override
    public PrefixLookup lookup(HolderGroups groups) {
        return new Walk(
                tables,
                runs,
                sets,
                generations,
                lessons,
                new GroupsOfHolder(groups.slotsOfGroup(), ids),
                new Completeness(shapes, groups.requiredKvGroups()));
    }

    @Override
    public List<List<BlockHolding>> holders(List<BlockId> blocks, int[] slots) {
        var asked = new GroupsOfHolder(
                Arrays.stream(slots).mapToObj(slot -> new int[] {slot}).toList(), ids);
        asked.refresh();
        return blocks.stream().map(block -> holders(block, slots, asked)).toList();
    }

    private List<BlockHolding> holders(BlockId block, int[] slots, GroupsOfHolder asked) {
        var table = tables.get(block.namespace().id());
        if (table == null) {
            return List.of();
        }
        var found = new ArrayList<BlockHolding>();
        table.forEachHolding(Mix.of(block.hash()), holding -> {
            int at = asked.only(Holding.id(holding));
            if (at >= 0) {
                var shape = shapes.known()[Holding.shape(holding)];
                found.add(new BlockHolding(
                        slots[at], shape.worldSize(), shape.held(), Tier.ofIndex(Holding.tier(holding))));
            }
        });
        return found;
    }

    @Override
    public long blocks() {
        return tally.blocks();
    }

    @Override
    public long pairs() {
        return tally.pairs();
    }

    @Override
    public long pairs(int slot) {
        return ids.held(slot);
    }

    /** Heap bytes that the index takes, near enough; what is being copied comes on top for a moment. */
    public long bytes() {
        return tally.bytes();
    }

    /** Pairs that were taken out to make room since the start. */
    public long evicted() {
        return tally.evicted();
    }

    /** Pairs that were not taken for want of room since the start. */
    public long refused() {
        return tally.refused();
    }

    @Override
    public void idle() {
        for (int i = 0; i < IDLE_SEGMENTS; i++) {
            sweep.step();
        }
        learning.learn(IDLE_BLOCKS);
    }

    /**
     * Takes out at once what forgotten holders left behind, and learns what look-ups have told. For the writer, when it
     * has nothing else to do.
     */
    public void tidy() {
        sweep.finish();
        learning.finish();
    }

    private int idOf(int slot) {
        var id = ids.assign(slot);
        if (id == HolderIds.NONE) {
            sweep.finish();
            id = ids.assign(slot);
        }
        if (id == HolderIds.NONE) {
            throw new IllegalStateException("more than " + Holding.MAX_IDS + " holders at a time");
        }
        return id;
    }

    /** The namespace's table as the writer knows it, or null where there is none. */
    private @Nullable BlockTable knownTable(long namespace) {
        var last = lastTable;
        return last != null && namespace == lastNamespace ? last : tables.get(namespace);
    }

    private BlockTable table(long namespace) {
        var last = lastTable;
        if (last == null || namespace != lastNamespace) {
            last = tables.computeIfAbsent(namespace, any -> new BlockTable(sets, tally, runs));
            lastTable = last;
            lastNamespace = namespace;
        }
        return last;
    }

    private void dropIfEmpty(long namespace) {
        var table = tables.get(namespace);
        if (table != null && table.isEmpty()) {
            tables.remove(namespace);
            table.close();
            lastTable = null;
        }
    }
}
