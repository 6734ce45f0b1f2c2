package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.anyposition.FingerprintIndex;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.endpoint.TenantLoads;
import dev.kvcachepool.router.policy.Policy;
import dev.kvcachepool.router.policy.TtftEstimator;
import dev.kvcachepool.router.prefill.PrefillRates;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** A picker over adverts and endpoints of a test's own, as a router puts it together. */
public record TestPool(
        FakeAdverts adverts,
        Endpoints endpoints,
        PoolNodes nodes,
        Picker picker,
        FingerprintIndex tokens,
        BlendLookup blend,
        PrefixHolders holders) {
    private static final SaltKey SALT_KEY = new SaltKey("k");
    private static final Namespace NAMESPACE =
            Namespace.of(FakeAdverts.MODEL.name(), FakeAdverts.MODEL.scheme(), SALT_KEY.tag(""));
    private static final double RATE = 1000;
    private static final Duration FAIRNESS_QUEUE = Duration.ofSeconds(5);

    /** Endpoints as flags write them, each beside a node of {@code adverts}. */
    public static TestPool of(FakeAdverts adverts, List<String> endpointSpecs) {
        var endpoints = new Endpoints(
                endpointSpecs.stream().map(EndpointSpec::parse).toList(),
                PrefillRates.computing(RATE),
                System::nanoTime,
                RandomGenerator.getDefault());
        var nodes = new PoolNodes(adverts, FakeAdverts.POOL, Placement.NODE_LOCAL, System::nanoTime);
        var models = new PoolModels(adverts, FakeAdverts.POOL, System::nanoTime);
        var steering = new Steering(models, SALT_KEY, BlockHashers::of, new ChainCache(1 << 20));
        var estimator = new TtftEstimator();
        var picker = new Picker(
                endpoints, Policy.ADVERTS, estimator, steering, new Holdings(nodes), new TenantLoads(FAIRNESS_QUEUE));
        var tokens = new FingerprintIndex(FingerprintIndex.LEAST_BYTES, System::nanoTime);
        var blend = new BlendLookup(tokens, steering, nodes);
        return new TestPool(adverts, endpoints, nodes, picker, tokens, blend, new PrefixHolders(nodes, steering));
    }

    /** From now on {@code node} holds the blocks of this prompt, to {@link FakeAdverts#MODEL}, and no others. */
    public void holds(String node, int... tokens) {
        adverts.hold(node, NAMESPACE, chain(tokens));
    }

    /** Blocks of this prompt that endpoints are about to hold, of all together. */
    public int expected(int... tokens) {
        return endpoints.all().stream()
                .mapToInt(endpoint -> endpoint.load(NAMESPACE, chain(tokens)).pendingBlocks())
                .sum();
    }

    /**
     * A chunk of {@link FakeAdverts#MODEL} was stored, as bridges tell; who holds it is another matter.
     *
     * @return its hash
     */
    public BlockHash stored(int position, int... prompt) {
        var hash = chain(prompt).get(position / FakeAdverts.MODEL.chunkTokens());
        var end = position + FakeAdverts.MODEL.chunkTokens();
        tokens.stored(
                new BlockId(NAMESPACE, hash), BlockHash.NONE, Arrays.copyOfRange(prompt, position, end), position);
        return hash;
    }

    /** From now on {@code node} holds these blocks, and no others. */
    public void holds(String node, BlockHash... blocks) {
        adverts.hold(node, NAMESPACE, List.of(blocks));
    }

    private static List<BlockHash> chain(int... tokens) {
        var scheme = HashScheme.ofId(FakeAdverts.MODEL.scheme()).orElseThrow();
        return BlockHashers.of(scheme, FakeAdverts.MODEL.chunkTokens()).chain(tokens).stream()
                .map(BlockHash::of)
                .toList();
    }

    /** Requests booked anywhere and not ended. */
    public int outstanding() {
        return endpoints.all().stream()
                .mapToInt(endpoint -> endpoint.load(new Namespace(0), List.of()).outstanding())
                .sum();
    }
}
