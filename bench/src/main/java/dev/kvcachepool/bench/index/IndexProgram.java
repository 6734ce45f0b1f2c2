package dev.kvcachepool.bench.index;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.kvcachepool.bench.index.LookUps.Pass;
import dev.kvcachepool.prefixadvert.wire.BlockChain;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Our side of {@code bench index}, a process of its own as the peers' program is; prints JSON with that program's field
 * names: {@code <order|flat> <sessions> <queries> <nodes>}. What the JVM compiles is compiled before, on a small workload.
 */
public final class IndexProgram {
    private static final List<String> CLASSES = List.of("mixed", "d100", "d500", "d2000");
    private static final int WARM_SESSIONS = 1000;
    private static final int EVICTED_EVENTS = 3000;
    private static final int REWRITTEN_EVENTS = 20_000;

    private final Workload workload;
    private final boolean flat;
    private final int queries;
    private final Map<String, Object> result = new LinkedHashMap<>();

    private IndexProgram(Workload workload, boolean flat, int queries) {
        this.workload = workload;
        this.flat = flat;
        this.queries = queries;
    }

    /** Exits with 1 where an answer was wrong. */
    public static void main(String... arguments) throws IOException {
        boolean flat = arguments[0].equals("flat");
        int queries = Integer.parseInt(arguments[2]);
        int nodes = Integer.parseInt(arguments[3]);
        for (int i = 0; i < 3; i++) {
            new IndexProgram(new Workload(WARM_SESSIONS, nodes), flat, queries).run();
        }
        var program = new IndexProgram(new Workload(Integer.parseInt(arguments[1]), nodes), flat, queries);
        program.run();
        System.out.println(
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(program.result));
    }

    private void run() throws IOException {
        result.put("backend", flat ? "kvcachepool-flat" : "kvcachepool");
        result.put("loadavg_start", Files.readString(Path.of("/proc/loadavg")).strip());
        result.put("nodes", workload.nodes);
        result.put("sessions", workload.all());
        result.put("events", workload.events.size());
        result.put("uniqueBlocks", workload.blocks());
        result.put("blockNodePairs", workload.pairs());
        long before = usedHeap();
        var filled = flat ? Filled.flat(workload) : Filled.inOrder(workload);
        long heap = usedHeap() - before;
        result.put("heap_bytes", heap);
        result.put("bytes_per_unique_block", (double) heap / workload.blocks());
        result.put("bytes_per_pair", (double) heap / workload.pairs());
        result.put("index_own_count_bytes", filled.index.bytes());
        result.put("add1_blocks_per_cpu_s", workload.pairs() / filled.cpuSeconds());
        result.put("add1_blocks_per_s", workload.pairs() / filled.seconds());
        result.put("add1_events_per_s", workload.events.size() / filled.seconds());
        var truth = new Truth(workload);
        CLASSES.forEach(queryClass -> lookUp(filled, truth, queryClass));
        twoAtOnce(filled);
        besideWriter(filled);
        filled.evictSome(truth);
        CLASSES.forEach(queryClass -> lookUpWithHoles(filled, truth, queryClass));
        evict(filled);
        long start = System.nanoTime();
        filled.index.forget(7);
        result.put("clear_one_pod_ms", (System.nanoTime() - start) / 1e6);
        start = System.nanoTime();
        filled.index.tidy();
        result.put("clear_one_pod_swept_ms", (System.nanoTime() - start) / 1e6);
    }

    private static long usedHeap() {
        var memory = ManagementFactory.getMemoryMXBean();
        for (int i = 0; i < 3; i++) {
            memory.gc();
        }
        return memory.getHeapMemoryUsage().getUsed();
    }

    private int count(String queryClass) {
        return queryClass.equals("d2000") ? queries / 10 : queries;
    }

    private void lookUp(Filled filled, Truth truth, String queryClass) {
        var lookUps = new LookUps(filled, queryClass, count(queryClass), 0);
        var first = lookUps.pass(true);
        var again = lookUps.pass(true);
        check(queryClass, first, lookUps.expected(truth));
        check(queryClass, again, lookUps.expected(truth));
        var figures = figures(first, lookUps);
        figures.put("ops_per_cpu_s", lookUps.perCpuSecond());
        figures.put("mean_blocks", lookUps.meanBlocks());
        figures.put("again_p50_us", again.micros(.5));
        figures.put("again_p99_us", again.micros(.99));
        result.put("lookup1_" + queryClass, figures);
    }

    private void lookUpWithHoles(Filled filled, Truth truth, String queryClass) {
        var lookUps = new LookUps(filled, queryClass, count(queryClass), 0);
        var pass = lookUps.pass(true);
        check(queryClass, pass, lookUps.expected(truth));
        result.put("lookup1_holes_" + queryClass, figures(pass, lookUps));
    }

    private static Map<String, Object> figures(Pass pass, LookUps lookUps) {
        var figures = new LinkedHashMap<String, Object>();
        figures.put("n", pass.count());
        figures.put("ops_per_s_wall", pass.perSecond());
        figures.put("p50_us", pass.micros(.5));
        figures.put("p99_us", pass.micros(.99));
        figures.put("mean_blocks", lookUps.meanBlocks());
        figures.put("sumBest", pass.sums().best());
        figures.put("sumAll", pass.sums().all());
        return figures;
    }

    private static void check(String queryClass, Pass pass, LookUps.Sums expected) {
        if (!pass.sums().equals(expected)) {
            throw new IllegalStateException(queryClass + ": found " + pass.sums() + ", right is " + expected);
        }
    }

    private void twoAtOnce(Filled filled) {
        for (var queryClass : List.of("mixed", "d500")) {
            var both =
                    List.of(new LookUps(filled, queryClass, queries, 0), new LookUps(filled, queryClass, queries, 1));
            long start = System.nanoTime();
            var passes = both.stream()
                    .map(lookUps ->
                            CompletableFuture.supplyAsync(() -> lookUps.pass(false), Thread::startVirtualThread))
                    .toList();
            var nanos =
                    passes.stream().flatMapToLong(pass -> pass.join().nanos()).toArray();
            double seconds = (System.nanoTime() - start) / 1e9;
            var all = new Pass(nanos, new LookUps.Sums(0, 0));
            result.put(
                    "lookup2_" + queryClass,
                    Map.of("ops_per_s", 2 * queries / seconds, "p50_us", all.micros(.5), "p99_us", all.micros(.99)));
        }
    }

    /** Takes events' blocks out again, leaf first, and puts them back, for as long as another thread looks up. */
    private void besideWriter(Filled filled) {
        var random = new Workload.Random(77);
        var rewrites = new ArrayList<Rewrite>();
        for (int i = 0; i < REWRITTEN_EVENTS; i++) {
            rewrites.add(new Rewrite(workload, workload.events.get(random.next(workload.events.size())), !flat));
        }
        var lookUps = new LookUps(filled, "mixed", queries, 0);
        var done = new AtomicBoolean();
        var written = new AtomicLong();
        var writer = CompletableFuture.runAsync(
                () -> {
                    for (int i = 0; !done.get(); i++) {
                        written.addAndGet(rewrites.get(i % rewrites.size()).on(filled));
                    }
                },
                task -> new Thread(task, "writer").start());
        long start = System.nanoTime();
        var pass = lookUps.pass(false);
        double seconds = (System.nanoTime() - start) / 1e9;
        done.set(true);
        writer.join();
        result.put(
                "mixed_1w1r",
                Map.of(
                        "read_p50_us", pass.micros(.5),
                        "read_p99_us", pass.micros(.99),
                        "write_block_ops_per_s", written.get() / seconds));
    }

    private void evict(Filled filled) {
        var last = workload.events.subList(workload.events.size() - EVICTED_EVENTS, workload.events.size()).stream()
                .map(event -> new Rewrite(workload, event, !flat))
                .toList();
        long start = System.nanoTime();
        long blocks = 0;
        for (var event : last) {
            blocks += event.remove(filled);
        }
        result.put("evict1_blocks_per_s", blocks / ((System.nanoTime() - start) / 1e9));
    }

    /** An event's blocks behind the system prompt; their hashes lie in one array, as in what a reader of the log has fetched. */
    private static final class Rewrite {
        private final int node;
        /** Of the chain's first block here. */
        private final int position;

        private final boolean withParents;
        /** The blocks, after the one that comes before them. */
        private final BlockChain chain;

        Rewrite(Workload workload, Workload.Event event, boolean withParents) {
            this.node = event.node();
            this.withParents = withParents;
            this.position = Math.max(Workload.SYSTEM_BLOCKS, event.start()) - 1;
            this.chain = BlockChain.hashed(
                    workload.chain(event.session(), event.end()).subList(position, event.end()));
        }

        int on(Filled filled) {
            remove(filled);
            for (int from = 1; from < chain.size(); from += Puts.EXPECTED_TOGETHER) {
                int to = Math.min(chain.size(), from + Puts.EXPECTED_TOGETHER);
                expect(filled, from, to);
                for (int i = from; i < to; i++) {
                    var row = withParents ? Filled.row(chain.get(i - 1), position + i) : Filled.row();
                    filled.index.put(node, id(i), row);
                }
            }
            return 2 * blocks();
        }

        /** Leaf first. */
        int remove(Filled filled) {
            for (int to = chain.size(); to > 1; to -= Puts.EXPECTED_TOGETHER) {
                int from = Math.max(1, to - Puts.EXPECTED_TOGETHER);
                expect(filled, from, to);
                for (int i = to - 1; i >= from; i--) {
                    filled.index.remove(node, id(i));
                }
            }
            return blocks();
        }

        private void expect(Filled filled, int from, int to) {
            for (int i = from; i < to; i++) {
                filled.index.expect(id(i));
            }
        }

        private int blocks() {
            return chain.size() - 1;
        }

        private BlockId id(int at) {
            return new BlockId(Filled.NAMESPACE, chain.get(at));
        }
    }
}
