package dev.kvcachepool.prefixadvert.anyposition;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import java.lang.foreign.MemorySegment;

/**
 * A text in a slab: some tokens of one namespace, once, and up to {@link #MOST_CHUNKS} stored chunks that cover them.
 *
 * <pre>
 * 0 namespace  8 fingerprint  16 length  20 chunks  24 … four chunks of 40 bytes  184 tokens, 4 bytes each
 * chunk: 0 hash, 16 bytes  16 its rest, 16 bytes  32 position  36 second when it was stored
 * </pre>
 */
final class TextLayout {
    static final int MOST_CHUNKS = 4;
    private static final int CHUNK = 40;
    private static final int CHUNKS = 24;
    private static final int TOKENS = CHUNKS + MOST_CHUNKS * CHUNK;

    private TextLayout() {}

    /** Bytes that a text takes, whole granules. */
    static int bytes(int length) {
        return -Math.floorDiv(-(TOKENS + length * Integer.BYTES), Slabs.GRANULE) * Slabs.GRANULE;
    }

    static void write(MemorySegment slab, int at, long namespace, long fingerprint, int[] tokens) {
        slab.set(JAVA_LONG, at, namespace);
        slab.set(JAVA_LONG, at + 8L, fingerprint);
        slab.set(JAVA_INT, at + 16L, tokens.length);
        slab.set(JAVA_INT, at + 20L, 0);
        MemorySegment.copy(tokens, 0, slab, JAVA_INT, at + TOKENS, tokens.length);
    }

    static long namespace(MemorySegment slab, int at) {
        return slab.get(JAVA_LONG, at);
    }

    static long fingerprint(MemorySegment slab, int at) {
        return slab.get(JAVA_LONG, at + 8L);
    }

    static int length(MemorySegment slab, int at) {
        return slab.get(JAVA_INT, at + 16L);
    }

    static int chunks(MemorySegment slab, int at) {
        return slab.get(JAVA_INT, at + 20L);
    }

    static void chunks(MemorySegment slab, int at, int count) {
        slab.set(JAVA_INT, at + 20L, count);
    }

    static boolean isOf(MemorySegment slab, int at, long namespace, long fingerprint, int length) {
        return fingerprint(slab, at) == fingerprint && namespace(slab, at) == namespace && length(slab, at) == length;
    }

    /**
     * Token by token.
     *
     * @param tokens an int array's memory, of which {@code length} ints from {@code from} are compared
     */
    static boolean hasTokens(MemorySegment slab, int at, MemorySegment tokens, int from, int length) {
        long start = (long) at + TOKENS;
        long bytes = (long) length * Integer.BYTES;
        long first = (long) from * Integer.BYTES;
        return MemorySegment.mismatch(slab, start, start + bytes, tokens, first, first + bytes) < 0;
    }

    static BlockHash hash(MemorySegment slab, int at, int chunk) {
        return hashAt(slab, chunk(at, chunk));
    }

    static BlockHash rest(MemorySegment slab, int at, int chunk) {
        return hashAt(slab, chunk(at, chunk) + 16);
    }

    private static BlockHash hashAt(MemorySegment slab, long start) {
        return new BlockHash(slab.get(JAVA_LONG, start), slab.get(JAVA_LONG, start + 8));
    }

    static boolean hasHash(MemorySegment slab, int at, int chunk, BlockHash hash) {
        long start = chunk(at, chunk);
        return slab.get(JAVA_LONG, start) == hash.high() && slab.get(JAVA_LONG, start + 8) == hash.low();
    }

    static int position(MemorySegment slab, int at, int chunk) {
        return slab.get(JAVA_INT, chunk(at, chunk) + 32);
    }

    static int stored(MemorySegment slab, int at, int chunk) {
        return slab.get(JAVA_INT, chunk(at, chunk) + 36);
    }

    static void chunk(MemorySegment slab, int at, int chunk, StoredChunk content, int stored) {
        long start = chunk(at, chunk);
        slab.set(JAVA_LONG, start, content.hash().high());
        slab.set(JAVA_LONG, start + 8, content.hash().low());
        slab.set(JAVA_LONG, start + 16, content.rest().high());
        slab.set(JAVA_LONG, start + 24, content.rest().low());
        slab.set(JAVA_INT, start + 32, content.position());
        slab.set(JAVA_INT, start + 36, stored);
    }

    static void moveChunk(MemorySegment slab, int at, int from, int to) {
        MemorySegment.copy(slab, chunk(at, from), slab, chunk(at, to), CHUNK);
    }

    private static long chunk(int at, int chunk) {
        return at + CHUNKS + (long) chunk * CHUNK;
    }
}
