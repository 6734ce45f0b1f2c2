package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.endpoint.Ending;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.endpoint.ManualClock;
import dev.kvcachepool.router.endpoint.Ticket;
import dev.kvcachepool.router.policy.Policy;
import dev.kvcachepool.router.policy.TtftEstimator;
import dev.kvcachepool.router.prefill.PrefillRates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A pool in virtual time: engines that serve first come, first served at a constant prefill rate, each beside a node that
 * keeps blocks by LRU, adverts that arrive late. The picker under test is the real one.
 */
public final class PoolSimulation {
    private static final int BLOCK_TOKENS = 512;
    private static final double DECODE_SECONDS = 0.02;
    private static final String MODEL = "m";
    private static final String SCHEME = "lmcache-blake3";
    private static final Namespace SPACE = Namespace.of(MODEL, SCHEME, new byte[0]);

    private final ManualClock clock = new ManualClock();
    private final long start = clock.getAsLong();
    private final FakeAdverts adverts = new FakeAdverts();
    private final List<Node> nodes = new ArrayList<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            Comparator.<Event>comparingDouble(event -> event.at).thenComparingLong(event -> event.number));
    private final Picker picker;
    private final double rate;
    private final double advertLag;
    private final List<Double> ttfts = new ArrayList<>();
    private long number;
    private long heldBlocks;
    private long allBlocks;

    /** One request: seconds, tokens, ids of its blocks. */
    public record Request(double at, int inputTokens, int outputTokens, List<Integer> blocks) {}

    /** What came out; times in seconds. */
    public record Result(double meanTtft, double p99Ttft, double hitRatio, List<Integer> requestsOfNode) {}

    private record Event(double at, long number, Runnable action) {}

    /** Engines whose true rate is {@code rate} tokens a second; the router starts with a wrong guess. */
    public PoolSimulation(Policy policy, int nodeCount, int blocksOfNode, double rate, double advertLag, long seed) {
        this.rate = rate;
        this.advertLag = advertLag;
        for (int i = 0; i < nodeCount; i++) {
            adverts.node("n" + i, Liveness.FRESH, new ModelSpec(MODEL, SCHEME, BLOCK_TOKENS, List.of()));
            nodes.add(new Node("n" + i, blocksOfNode));
        }
        var specs = IntStream.range(0, nodeCount)
                .mapToObj(i -> EndpointSpec.parse("e" + i + "=http://h:1@n" + i))
                .toList();
        var endpoints = new Endpoints(specs, PrefillRates.computing(8000), clock, new Random(seed));
        var steering = new Steering(
                new PoolModels(adverts, FakeAdverts.POOL, clock),
                new SaltKey("x"),
                BlockHashers::of,
                new ChainCache(1 << 20));
        this.picker = new Picker(
                endpoints,
                policy,
                new TtftEstimator(),
                steering,
                new Holdings(new PoolNodes(adverts, FakeAdverts.POOL, Placement.NODE_LOCAL, clock)));
    }

    public Result run(List<Request> requests) {
        requests.forEach(request -> schedule(request.at, () -> arrive(request)));
        while (!events.isEmpty()) {
            var event = events.remove();
            clock.advanceTo(start + (long) (event.at * 1e9));
            event.action.run();
        }
        var sorted = ttfts.stream().mapToDouble(ttft -> ttft).sorted().toArray();
        return new Result(
                Arrays.stream(sorted).average().orElse(0),
                sorted[(int) ((sorted.length - 1) * .99)],
                (double) heldBlocks / allBlocks,
                nodes.stream().map(node -> node.requests).toList());
    }

    private void schedule(double at, Runnable action) {
        events.add(new Event(at, number++, action));
    }

    private void arrive(Request request) {
        var chain = request.blocks.stream().map(id -> new BlockHash(id, id)).toList();
        var prompt = new Prompt.Hashes(SCHEME, chain);
        var picked = picker.pick(new PickRequest(MODEL, "", prompt, Set.of()), Ending.FIRST_BYTE);
        var node = nodes.get(Integer.parseInt(
                picked.ranking().ranked().getFirst().endpoint().name().substring(1)));
        node.requests++;
        node.serve(request, chain, picked.ticket());
    }

    private final class Node {
        private final String id;
        private final Map<BlockHash, Boolean> kept;
        private double freeAt;
        private int requests;

        Node(String id, int capacity) {
            this.id = id;
            this.kept = new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<BlockHash, Boolean> eldest) {
                    return size() > capacity;
                }
            };
        }

        void serve(Request request, List<BlockHash> chain, Ticket ticket) {
            int held = 0;
            while (held < chain.size() && kept.containsKey(chain.get(held))) {
                held++;
            }
            // The head is touched last, so that tails leave first.
            chain.reversed().forEach(hash -> kept.put(hash, true));
            heldBlocks += held;
            allBlocks += chain.size();
            var missing = Math.max(1, request.inputTokens - held * BLOCK_TOKENS);
            freeAt = Math.max(freeAt, request.at) + missing / rate;
            ttfts.add(freeAt - request.at);
            var contents = List.copyOf(kept.keySet());
            schedule(freeAt, ticket::firstByte);
            schedule(freeAt + advertLag, () -> adverts.hold(id, SPACE, contents));
            schedule(freeAt + request.outputTokens * DECODE_SECONDS, ticket::complete);
        }
    }
}
