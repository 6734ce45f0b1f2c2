package dev.kvcachepool.e2e.trace;

/** Turns a trace's block ids into tokens: token j of id h is {@code mix(h·2³² + j) mod 128000}. */
public final class Prompts {
    public static final int BLOCK_TOKENS = 512;
    private static final int VOCABULARY = 128_000;

    private Prompts() {}

    /** The prompt of a request, {@link TraceRequest#inputTokens} tokens; a fresh array. */
    public static int[] tokens(TraceRequest request) {
        var tokens = new int[request.inputTokens()];
        for (int at = 0; at < tokens.length; at++) {
            long id = request.blockIds().get(at / BLOCK_TOKENS);
            tokens[at] = (int) Long.remainderUnsigned(mix((id << 32) + at % BLOCK_TOKENS), VOCABULARY);
        }
        return tokens;
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
    public static long mix(long value) {
        var mixed = value;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
