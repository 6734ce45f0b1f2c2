package dev.kvcachepool.bench.blend;

import java.util.SplittableRandom;

/** Chunks of tokens by number, and a query half of which is made of them, each behind some tokens that nobody stored. */
final class Texts {
    static final int CHUNK_TOKENS = 256;
    private static final int VOCABULARY = 128_256;
    private static final long QUERY_SEED = -1;

    private Texts() {}

    static int[] chunk(int number) {
        return new SplittableRandom(number).ints(CHUNK_TOKENS, 0, VOCABULARY).toArray();
    }

    /** As many tokens, of chunks with numbers below {@code chunks}. */
    static int[] query(int length, int chunks) {
        var random = new SplittableRandom(QUERY_SEED);
        var query = random.ints(length, 0, VOCABULARY).toArray();
        int at = 100;
        while (at + CHUNK_TOKENS <= length) {
            System.arraycopy(chunk(random.nextInt(chunks)), 0, query, at, CHUNK_TOKENS);
            at += CHUNK_TOKENS + 1 + random.nextInt(2 * CHUNK_TOKENS);
        }
        return query;
    }
}
