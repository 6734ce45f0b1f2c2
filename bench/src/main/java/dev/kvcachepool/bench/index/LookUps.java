package dev.kvcachepool.bench.index;

import dev.kvcachepool.bench.index.Workload.Prompt;
import dev.kvcachepool.prefixadvert.index.PrefixLookup;
import dev.kvcachepool.prefixadvert.wire.BlockChain;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Look-ups of one class of prompts, which are made before. */
public final class LookUps {
    private final Filled filled;
    private final List<Prompt> prompts;
    private final List<BlockChain> chains;

    /** Sums over all look-ups: the best node's prefix, and every node's. */
    public record Sums(long best, long all) {}

    /** What one pass took, and found. */
    static final class Pass {
        private final long[] nanos;
        private final Sums sums;

        /** Of so many nanoseconds a look-up, which are sorted and belong to the pass from now on. */
        Pass(long[] nanos, Sums sums) {
            Arrays.sort(nanos);
            this.nanos = nanos;
            this.sums = sums;
        }

        int count() {
            return nanos.length;
        }

        /** At a share from 0 to 1 of all. */
        double micros(double share) {
            return nanos[(int) ((nanos.length - 1) * share)] / 1e3;
        }

        double perSecond() {
            return nanos.length / (Arrays.stream(nanos).sum() / 1e9);
        }

        LongStream nanos() {
            return Arrays.stream(nanos);
        }

        Sums sums() {
            return sums;
        }
    }

    /**
     * The first prompts of a class.
     *
     * @param queries mixed, d100, d500 or d2000
     */
    public LookUps(Filled filled, String queries, int count, int seed) {
        this.filled = filled;
        var random = new Workload.Random(0xABCDEF + seed);
        this.prompts = Stream.generate(() -> filled.workload.prompt(queries, random))
                .limit(count)
                .toList();
        this.chains = prompts.stream()
                .map(prompt -> filled.workload.chain(prompt.session(), prompt.blocks()))
                .toList();
    }

    double meanBlocks() {
        return prompts.stream().mapToInt(Prompt::blocks).average().orElse(0);
    }

    /** What they have to find. */
    public Sums expected(Truth truth) {
        long best = 0;
        long all = 0;
        for (var prompt : prompts) {
            int longest = 0;
            for (int node = 0; node < filled.workload.nodes; node++) {
                int prefix = truth.prefix(prompt, node);
                longest = Math.max(longest, prefix);
                all += prefix;
            }
            best += longest;
        }
        return new Sums(best, all);
    }

    /** Each once. */
    public Sums once() {
        return pass(false).sums;
    }

    /**
     * Each once.
     *
     * @param learns whether this thread is the index's writer too, and does between the look-ups what the writer does when
     *     it has nothing else to do; not timed
     */
    Pass pass(boolean learns) {
        var lookup = filled.lookup();
        var nanos = new long[chains.size()];
        long best = 0;
        long all = 0;
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            long found = found(lookup, chains.get(i));
            nanos[i] = System.nanoTime() - start;
            best += found >>> Integer.SIZE;
            all += (int) found;
            if (learns) {
                filled.index.tidy();
            }
        }
        return new Pass(nanos, new Sums(best, all));
    }

    /** Look-ups a second of this thread's CPU, without a clock's reading between them. */
    double perCpuSecond() {
        var lookup = filled.lookup();
        long sum = 0;
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (var chain : chains) {
            sum += found(lookup, chain);
        }
        double seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e9;
        if (sum == 0) {
            throw new IllegalStateException("nothing was found");
        }
        return chains.size() / seconds;
    }

    /** The best node's prefix in the upper half, the sum of all nodes' in the lower. */
    private long found(PrefixLookup lookup, BlockChain chain) {
        lookup.along(Filled.NAMESPACE, chain);
        int longest = 0;
        int sum = 0;
        for (int node = 0; node < filled.workload.nodes; node++) {
            int blocks = lookup.blocks(node);
            longest = Math.max(longest, blocks);
            sum += blocks;
        }
        return (long) longest << Integer.SIZE | sum;
    }
}
