package dev.kvcachepool.prefixadvert.anyposition;

import dev.kvcachepool.prefixadvert.index.Mix;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * The texts, written one after another into {@link Slabs} and found through a {@link TextTable}; the writer's side. When
 * there is no room a slab is given up: one that is at least half empty, else the oldest, of which those texts stay that were
 * used since they were written (CLOCK: whoever was used gets another round). They are copied to a slab that is kept free for
 * that, and then pointed to there, so that a reader finds each at any time. Where that leaves less than half a slab, the next
 * one follows; of the {@value #MOST_PASSES}th only half stays, the most used.
 */
final class TextStore {
    /** Of one fingerprint in one namespace: anybody can make texts that share one. */
    static final int MOST_ALIKE = 4;

    private static final int MOST_PASSES = 4;

    private final Slabs slabs;
    private final int maxCells;
    private final ArrayDeque<Integer> full = new ArrayDeque<>();
    private volatile TextTable table = TextTable.withRoomFor(0, Integer.MAX_VALUE);
    private int head = -1;
    private int spare = -1;
    private final LongAdder chunks = new LongAdder();
    private final LongAdder evicted = new LongAdder();

    TextStore(long maxBytes, int slabBytes) {
        long ofTable = maxBytes / 8;
        this.maxCells = TextTable.cells(ofTable);
        int most = (int) Math.min(1 << 17, Math.max(3, (maxBytes - ofTable) / Slabs.bytes(slabBytes)));
        this.slabs = new Slabs(slabBytes, most);
    }

    Slabs slabs() {
        return slabs;
    }

    TextTable table() {
        return table;
    }

    long chunks() {
        return chunks.sum();
    }

    long evicted() {
        return evicted.sum();
    }

    long bytes() {
        return slabs.allocated() * Slabs.bytes(slabs.slabBytes()) + table.bytes();
    }

    /** What a text is found by: secret, so that nobody can aim many at one place, and never the same for two namespaces. */
    static long mixed(long fingerprint, long namespace, int length) {
        return Mix.of(fingerprint, namespace + length);
    }

    /** A text longer than this would take too much of a slab. */
    int longest() {
        return (slabs.slabBytes() / 4 - TextLayout.bytes(0)) / Integer.BYTES;
    }

    void put(Namespace in, StoredChunk chunk, int[] tokens, int now) {
        long namespace = in.id();
        long fingerprint = Fingerprint.of(tokens, 0, tokens.length);
        long mixed = mixed(fingerprint, namespace, tokens.length);
        var memory = MemorySegment.ofArray(tokens);
        int alike = 0;
        int leastUsed = -1;
        var current = table;
        for (int cell = current.home(mixed); current.get(cell) != TextTable.EMPTY; cell = current.next(cell)) {
            int place = TextTable.place(current.get(cell));
            if (!TextTable.mayBe(current.get(cell), mixed)
                    || !TextLayout.isOf(memory(place), at(place), namespace, fingerprint, tokens.length)) {
                continue;
            }
            if (TextLayout.hasTokens(memory(place), at(place), memory, 0, tokens.length)) {
                join(place, chunk, now);
                return;
            }
            alike++;
            if (leastUsed < 0 || slabs.uses(place) < slabs.uses(leastUsed)) {
                leastUsed = place;
            }
        }
        if (alike >= MOST_ALIKE) {
            evict(leastUsed);
        }
        int place = place(TextLayout.bytes(tokens.length));
        TextLayout.write(memory(place), at(place), namespace, fingerprint, tokens);
        TextLayout.chunk(memory(place), at(place), 0, chunk, now);
        TextLayout.chunks(memory(place), at(place), 1);
        chunks.increment();
        table.add(mixed, place);
    }

    /** One more chunk of the same text, in the place of the one that was stored the longest ago if there is no other. */
    private void join(int place, StoredChunk chunk, int now) {
        var slab = memory(place);
        int at = at(place);
        int count = TextLayout.chunks(slab, at);
        int index = count;
        int oldest = 0;
        for (int i = 0; i < count; i++) {
            if (TextLayout.hasHash(slab, at, i, chunk.hash())) {
                index = i;
            }
            if (TextLayout.stored(slab, at, i) - TextLayout.stored(slab, at, oldest) < 0) {
                oldest = i;
            }
        }
        if (index == TextLayout.MOST_CHUNKS) {
            index = oldest;
            evicted.increment();
        } else if (index == count) {
            chunks.increment();
        }
        slabs.changing(slabs.slab(place));
        TextLayout.chunk(slab, at, index, chunk, now);
        TextLayout.chunks(slab, at, Math.max(count, index + 1));
        slabs.changed(slabs.slab(place));
        slabs.use(place);
    }

    /** Takes a chunk from the text at a place, and the text with its last one; false if it is not there. */
    boolean remove(int place, BlockId chunk) {
        var slab = memory(place);
        int at = at(place);
        if (!isText(place)
                || TextLayout.namespace(slab, at) != chunk.namespace().id()) {
            return false;
        }
        int last = TextLayout.chunks(slab, at) - 1;
        for (int i = 0; i <= last; i++) {
            if (TextLayout.hasHash(slab, at, i, chunk.hash())) {
                if (last == 0) {
                    removeText(place);
                } else {
                    slabs.changing(slabs.slab(place));
                    TextLayout.moveChunk(slab, at, last, i);
                    TextLayout.chunks(slab, at, last);
                    slabs.changed(slabs.slab(place));
                    chunks.decrement();
                }
                return true;
            }
        }
        return false;
    }

    /** A chunk, and where its text is. */
    record Placed(int place, BlockId chunk) {}

    /** The chunks of one slab that were stored before {@code second}. */
    List<Placed> storedBefore(int second, int slab) {
        var found = new ArrayList<Placed>();
        for (int place : texts(slab)) {
            var memory = memory(place);
            int at = at(place);
            for (int i = 0; i < TextLayout.chunks(memory, at); i++) {
                if (TextLayout.stored(memory, at, i) - second < 0) {
                    var namespace = new Namespace(TextLayout.namespace(memory, at));
                    found.add(new Placed(place, new BlockId(namespace, TextLayout.hash(memory, at, i))));
                }
            }
        }
        return found;
    }

    private int place(int bytes) {
        if (table.isFull()) {
            renewTable();
        }
        if (head < 0) {
            head = slabs.allocate();
        }
        int offset = slabs.append(head, bytes);
        if (offset < 0) {
            makeRoom();
            offset = slabs.append(head, bytes);
        }
        return slabs.place(head, offset);
    }

    /** The last slab is the spare one. */
    private void makeRoom() {
        if (spare < 0 && slabs.left() == 1) {
            spare = slabs.allocate();
        }
        if (slabs.left() > 0) {
            full.add(head);
            head = slabs.allocate();
            return;
        }
        for (int pass = 1; pass == 1 || slabs.filledBytes(head) > slabs.slabBytes() / 2; pass++) {
            giveUpSlab(pass == MOST_PASSES);
        }
    }

    /** A table with fewer marks, or more room; where it may not grow, with fewer texts. Both are there for a moment. */
    private void renewTable() {
        while (table.live() > TextTable.most(maxCells) && !full.isEmpty()) {
            if (spare < 0) {
                spare = slabs.allocate();
            }
            giveUpSlab(true);
        }
        var renewed = TextTable.withRoomFor(table.live(), maxCells);
        renewed.addAll(table, this::mixedAt);
        table = renewed;
    }

    /**
     * Begins a new slab with some texts of another one, which is the spare one from now on.
     *
     * @param half whether no more than half of the slab and of its texts stays
     */
    private void giveUpSlab(boolean half) {
        if (slabs.filledBytes(head) > 0) {
            full.add(head);
        }
        int emptiest =
                full.stream().min(Comparator.comparingInt(slabs::liveBytes)).orElseThrow();
        boolean isSparse = !half && slabs.liveBytes(emptiest) <= slabs.slabBytes() / 2;
        int victim = isSparse ? emptiest : full.element();
        full.remove(victim);
        var texts = texts(victim);
        texts.sort(Comparator.comparingInt(slabs::uses).reversed());
        head = spare;
        int room = half ? slabs.slabBytes() / 2 : slabs.slabBytes();
        int places = half ? texts.size() / 2 : texts.size();
        for (int place : texts) {
            int bytes = TextLayout.bytes(TextLayout.length(memory(place), at(place)));
            if ((isSparse || slabs.uses(place) > 0) && bytes <= room && places > 0) {
                move(place, bytes);
                room -= bytes;
                places--;
            } else {
                evict(place);
            }
        }
        slabs.empty(victim);
        spare = victim;
    }

    private void move(int place, int bytes) {
        int to = slabs.place(head, slabs.append(head, bytes));
        MemorySegment.copy(memory(place), at(place), memory(to), at(to), bytes);
        slabs.moveUses(place, to);
        table.move(mixedAt(to), place, to);
    }

    private void evict(int place) {
        evicted.add(TextLayout.chunks(memory(place), at(place)));
        removeText(place);
    }

    private void removeText(int place) {
        var slab = memory(place);
        chunks.add(-TextLayout.chunks(slab, at(place)));
        table.remove(mixedAt(place), place);
        slabs.release(slabs.slab(place), TextLayout.bytes(TextLayout.length(slab, at(place))));
    }

    /** The places of all texts in a slab, in their order. */
    private List<Integer> texts(int slab) {
        var texts = new ArrayList<Integer>();
        int offset = 0;
        while (offset < slabs.filledBytes(slab)) {
            int place = slabs.place(slab, offset);
            if (table.has(mixedAt(place), place)) {
                texts.add(place);
            }
            offset += TextLayout.bytes(TextLayout.length(slabs.memory(slab), offset));
        }
        return texts;
    }

    /** Whether a text begins at a place where one began a while ago. */
    private boolean isText(int place) {
        return at(place) < slabs.filledBytes(slabs.slab(place)) && table.has(mixedAt(place), place);
    }

    private long mixedAt(int place) {
        var slab = memory(place);
        int at = at(place);
        return mixed(TextLayout.fingerprint(slab, at), TextLayout.namespace(slab, at), TextLayout.length(slab, at));
    }

    private MemorySegment memory(int place) {
        return slabs.memory(slabs.slab(place));
    }

    private int at(int place) {
        return slabs.offset(place);
    }
}
