package dev.kvcachepool.prefixadvert.anyposition;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/** One query's way through its windows; what it reads of a text counts only if the text was there all the while. */
final class Search {
    /** How often a place is read anew, while it keeps changing, before it counts for nothing. */
    private static final int ATTEMPTS = 256;

    private enum Seen {
        NOTHING,
        TAKEN,
        CHANGED
    }

    private final TextStore store;
    private final Slabs slabs;
    private final long namespace;
    private final int[] tokens;
    private final MemorySegment memory;
    private final int window;
    private final ChunkTaker taker;
    private final BlockHash[] hashes = new BlockHash[TextLayout.MOST_CHUNKS];
    private final BlockHash[] rests = new BlockHash[TextLayout.MOST_CHUNKS];
    private final int[] positions = new int[TextLayout.MOST_CHUNKS];
    private long verifiedMisses;
    private int taken;

    Search(TextStore store, long namespace, int[] tokens, int window, ChunkTaker taker) {
        this.store = store;
        this.slabs = store.slabs();
        this.namespace = namespace;
        this.tokens = tokens;
        this.memory = MemorySegment.ofArray(tokens);
        this.window = window;
        this.taker = taker;
    }

    long verifiedMisses() {
        return verifiedMisses;
    }

    int taken() {
        return taken;
    }

    /** Looks from a position on, until {@code most} chunks are taken; how far it came. */
    int run(int from, int most) {
        int last = tokens.length - window;
        if (from > last) {
            return tokens.length;
        }
        long power = Fingerprint.power(window);
        long fingerprint = Fingerprint.of(tokens, from, window);
        var table = store.table();
        int position = from;
        while (true) {
            long mixed = TextStore.mixed(fingerprint, namespace, window);
            if (table.mayHave(mixed) && isTaken(position, fingerprint, mixed)) {
                position += window;
                if (++taken == most || position > last) {
                    return taken == most ? position : tokens.length;
                }
                fingerprint = Fingerprint.of(tokens, position, window);
            } else {
                if (position == last) {
                    return tokens.length;
                }
                fingerprint = Fingerprint.roll(fingerprint, power, tokens[position], tokens[position + window]);
                position++;
            }
        }
    }

    private boolean isTaken(int position, long fingerprint, long mixed) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var seen = look(store.table(), position, fingerprint, mixed);
            if (seen != Seen.CHANGED) {
                return seen == Seen.TAKEN;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    private Seen look(TextTable table, int position, long fingerprint, long mixed) {
        int cell = table.home(mixed);
        for (long content = table.get(cell); content != TextTable.EMPTY; content = table.get(cell)) {
            if (TextTable.mayBe(content, mixed)) {
                var seen = read(table, cell, content, position, fingerprint);
                if (seen != Seen.NOTHING) {
                    return seen;
                }
            }
            cell = table.next(cell);
        }
        return Seen.NOTHING;
    }

    @SuppressWarnings("ReferenceEquality") // a table is itself
    private Seen read(TextTable table, int cell, long content, int position, long fingerprint) {
        int place = TextTable.place(content);
        int slab = slabs.slab(place);
        int version = slabs.version(slab);
        // Still pointed to after the version was taken: so the version is of a time when the text was there.
        if ((version & 1) != 0 || table.get(cell) != content || store.table() != table) {
            return Seen.CHANGED;
        }
        var text = slabs.memory(slab);
        int at = slabs.offset(place);
        boolean isAlike = TextLayout.isOf(text, at, namespace, fingerprint, window);
        boolean isSame = isAlike && TextLayout.hasTokens(text, at, memory, position, window);
        int chunks = isSame ? Math.min(TextLayout.chunks(text, at), TextLayout.MOST_CHUNKS) : 0;
        for (int i = 0; i < chunks; i++) {
            hashes[i] = TextLayout.hash(text, at, i);
            rests[i] = TextLayout.rest(text, at, i);
            positions[i] = TextLayout.position(text, at, i);
        }
        VarHandle.acquireFence();
        if (slabs.version(slab) != version) {
            return Seen.CHANGED;
        }
        if (isAlike && !isSame) {
            verifiedMisses++;
        }
        if (!offer(chunks, position)) {
            return Seen.NOTHING;
        }
        slabs.use(place);
        return Seen.TAKEN;
    }

    /** Those first that were stored at the same position: their values need no turning. */
    private boolean offer(int chunks, int now) {
        for (int i = 0; i < chunks; i++) {
            if (positions[i] == now && taker.take(hashes[i], rests[i], now, now)) {
                return true;
            }
        }
        for (int i = 0; i < chunks; i++) {
            if (positions[i] != now && taker.take(hashes[i], rests[i], positions[i], now)) {
                return true;
            }
        }
        return false;
    }
}
