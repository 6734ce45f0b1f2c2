package dev.kvcachepool.bench.blend;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** One side of the comparison in a process of its own: {@code index|hash-map <chunks> <tokens of the query>}; prints JSON. */
public final class BlendProgram {
    private static final int WARM_UP = 500;
    private static final int LOOKUPS = 1_000;

    private BlendProgram() {}

    /** Fills, searches, prints. */
    public static void main(String... arguments) throws Exception {
        int chunks = Integer.parseInt(arguments[1]);
        var query = Texts.query(Integer.parseInt(arguments[2]), chunks);
        var searched = arguments[0].equals(BlendCommand.OURS) ? Searched.index(4L << 30) : Searched.hashMap();
        long start = System.nanoTime();
        long adding = 0;
        for (int i = 0; i < chunks; i++) {
            var tokens = Texts.chunk(i);
            long before = System.nanoTime();
            searched.add(i, tokens);
            adding += System.nanoTime() - before;
        }
        System.err.println(
                arguments[0] + ": filled in " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + " s");
        int found = 0;
        for (int i = 0; i < WARM_UP; i++) {
            found = searched.find(query);
        }
        var nanos = new long[LOOKUPS];
        for (int i = 0; i < LOOKUPS; i++) {
            long before = System.nanoTime();
            found = searched.find(query);
            nanos[i] = System.nanoTime() - before;
        }
        Arrays.sort(nanos);
        var result = new Result(
                nanos[LOOKUPS / 2] / 1e3,
                nanos[LOOKUPS * 99 / 100] / 1e3,
                found,
                adding / 1e3 / chunks,
                searched.bytes());
        System.out.println(new ObjectMapper().writeValueAsString(result));
    }

    /**
     * What one process measured.
     *
     * @param found matches in the query
     * @param addMicros mean of one chunk
     * @param bytes by the index' own count
     */
    record Result(double p50Micros, double p99Micros, int found, double addMicros, long bytes) {}
}
