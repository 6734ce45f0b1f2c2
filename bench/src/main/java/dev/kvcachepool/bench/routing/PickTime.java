package dev.kvcachepool.bench.routing;

import dev.kvcachepool.bench.index.Workload;
import dev.kvcachepool.bench.report.Figure;
import dev.kvcachepool.bench.report.Target;
import dev.kvcachepool.bench.report.Target.Bound;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.table.AdvertTable;
import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.BlockChain;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.BlockRowCodec;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.prefixadvert.wire.Tier;
import dev.kvcachepool.router.endpoint.Ending;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.endpoint.Ticket;
import dev.kvcachepool.router.pick.ChainCache;
import dev.kvcachepool.router.pick.Holdings;
import dev.kvcachepool.router.pick.PickRequest;
import dev.kvcachepool.router.pick.Picker;
import dev.kvcachepool.router.pick.Placement;
import dev.kvcachepool.router.pick.PoolModels;
import dev.kvcachepool.router.pick.PoolNodes;
import dev.kvcachepool.router.pick.Prompt;
import dev.kvcachepool.router.pick.Steering;
import dev.kvcachepool.router.policy.Policy;
import dev.kvcachepool.router.policy.TtftEstimator;
import dev.kvcachepool.router.prefill.PrefillRates;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * What a pick takes in real time: workload W1's rows without parents over 64 nodes with an engine beside each, by the real
 * codec and table, and its mixed prompts as hashes. {@value #OUTSTANDING} requests are under way at any time, and for the
 * endpoints a thousand come a second. Picks come one after another; booking is part of them, what ends a request is not, nor
 * what the table's thread does between them.
 */
final class PickTime {
    private static final int NODES = 64;
    private static final int OUTSTANDING = 256;
    private static final int PROMPTS = 2_000;
    private static final int ROUNDS = 15;
    private static final long BETWEEN_NANOS = 1_000_000;
    private static final String POOL = "pool";
    private static final ModelSpec MODEL = new ModelSpec("m", HashScheme.LMCACHE_BLAKE3.id(), 16, List.of());
    private static final long BYTES = 1 << 20;
    private static final int CHAIN_CACHE_BYTES = 1 << 20;
    private static final double PREFILL_RATE = 8000;
    private static final double READ_RATE = 8L << 30;

    private final TableView view;
    private final Picker picker;
    private final List<BlockChain> prompts;
    private final ArrayDeque<Ticket> underWay = new ArrayDeque<>();
    private final AtomicLong clock = new AtomicLong();

    /**
     * Times of picks.
     *
     * @param pairs of blocks and nodes in the index
     * @param p50Micros of the round whose p99 is the median, as is {@code p99Micros}
     */
    record Times(long pairs, int endpoints, int picks, double p50Micros, double p99Micros) {
        private static final double P99_MICROS = 50;

        String markdown() {
            return "# A pick's time\n\n%d endpoints, %d pairs, %d picks: p50 %s µs, p99 %s µs\n\n"
                            .formatted(endpoints, pairs, picks, Figure.of(p50Micros), Figure.of(p99Micros))
                    + Target.table(List.of(new Target("a pick, p99, µs", p99Micros, Bound.AT_MOST, P99_MICROS)));
        }
    }

    private PickTime(TableView view, List<BlockChain> prompts) {
        this.view = view;
        this.picker = picker();
        this.prompts = prompts;
    }

    /** With the blocks of so many sessions: 20,000 are ten million pairs. */
    static Times measure(int sessions) {
        var workload = new Workload(sessions, NODES);
        var view = new TableView(new AdvertTable(new FlatPrefixIndex(), InstantSource.system()));
        fill(view, workload);
        return new PickTime(view, workload.mixedPrompts(PROMPTS)).measured();
    }

    private static void fill(TableView view, Workload workload) {
        beat(view);
        var space = Namespace.of(MODEL.name(), MODEL.scheme(), new byte[0]);
        long now = System.currentTimeMillis();
        var row = BlockRowCodec.encode(
                BlockRow.flat(Tier.HOST.mask(), 1, RankSet.SINGLE, BYTES, MODEL.chunkTokens(), now * 1000));
        for (var event : workload.events()) {
            var chain = workload.chain(event.session(), event.end());
            long holder = new HolderId(node(event.node())).hash();
            for (int i = event.start(); i < event.end(); i++) {
                var key = new AdvertKey.Block(holder, 1, new BlockId(space, chain.get(i)));
                view.table().apply(key.toBytes(), row, now, true);
            }
        }
    }

    private static void beat(TableView view) {
        IntStream.range(0, NODES).forEach(i -> view.beat(node(i), POOL, MODEL, System.currentTimeMillis()));
    }

    private static String node(int number) {
        return "n" + number;
    }

    private Picker picker() {
        var specs = IntStream.range(0, NODES)
                .mapToObj(i -> EndpointSpec.parse("e" + i + "=http://engine:1@" + node(i)))
                .toList();
        var steering = new Steering(
                new PoolModels(view, POOL, System::nanoTime),
                new SaltKey("key"),
                BlockHashers::of,
                new ChainCache(CHAIN_CACHE_BYTES));
        return new Picker(
                new Endpoints(
                        specs,
                        new PrefillRates(PREFILL_RATE, READ_RATE, READ_RATE),
                        clock::get,
                        RandomGenerator.of("SplittableRandom")),
                Policy.ADVERTS,
                new TtftEstimator(),
                steering,
                new Holdings(new PoolNodes(view, POOL, Placement.NODE_LOCAL, System::nanoTime)));
    }

    private Times measured() {
        var rounds = IntStream.range(0, ROUNDS)
                .mapToObj(round -> {
                    beat(view);
                    return round();
                })
                .skip(ROUNDS / 3)
                .sorted((one, other) -> Long.compare(quantile(one, .99), quantile(other, .99)))
                .toList();
        var median = rounds.get(rounds.size() / 2);
        return new Times(
                view.index().pairs(),
                NODES,
                rounds.size() * PROMPTS,
                quantile(median, .5) / 1e3,
                quantile(median, .99) / 1e3);
    }

    private long[] round() {
        var nanos = new long[prompts.size()];
        for (int i = 0; i < nanos.length; i++) {
            var prompt = new Prompt.Hashes(MODEL.scheme(), prompts.get(i));
            var request = new PickRequest(MODEL.name(), "", prompt, Set.of());
            long start = System.nanoTime();
            var picked = picker.pick(request, Ending.FIRST_BYTE);
            nanos[i] = System.nanoTime() - start;
            clock.addAndGet(BETWEEN_NANOS);
            // As the table's own thread does when nothing has come: the index learns from look-ups.
            view.index().idle();
            underWay.add(Objects.requireNonNull(picked.ticket()));
            if (underWay.size() > OUTSTANDING) {
                underWay.remove().complete();
            }
        }
        Arrays.sort(nanos);
        return nanos;
    }

    private static long quantile(long[] sorted, double share) {
        return sorted[(int) ((sorted.length - 1) * share)];
    }
}
