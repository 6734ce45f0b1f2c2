package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.bridges.DeclaredModels;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Follows engines and advertises their own blocks. Thread-safe. */
public final class EngineBridge implements AutoCloseable {
    private final List<EngineFollower> followers = new ArrayList<>();

    private EngineBridge() {}

    /**
     * Follows nobody until {@link #start}.
     *
     * @param models that the pool declares
     * @param hashSeed the engines' PYTHONHASHSEED
     */
    public static EngineBridge of(
            List<EngineAddress> engines, BridgePlace place, DeclaredModels models, SaltKey saltKey, String hashSeed) {
        var bridge = new EngineBridge();
        for (var engine : engines) {
            for (int rank = 0; rank < engine.ranks(); rank++) {
                var lineages = new Lineages(engine.model(), models, saltKey, hashSeed);
                bridge.followers.add(new EngineFollower(engine, rank, place, lineages, InstantSource.system()));
            }
        }
        return bridge;
    }

    public void start() {
        followers.forEach(EngineFollower::start);
    }

    public BridgeStats stats() {
        return new BridgeStats(
                sum(follower -> follower.isConnected() ? 1 : 0),
                sum(follower -> follower.counters().batches()),
                sum(follower -> follower.counters().gaps()),
                sum(follower -> follower.counters().replays()),
                sum(follower -> follower.counters().losses()),
                sum(follower -> follower.counters().malformedMessages()),
                sum(follower -> follower.counters().skipped()),
                sum(follower -> follower.blocks().blocks()),
                sum(follower -> follower.blocks().unplaced()),
                sum(follower -> follower.blocks().overLimit()),
                sum(follower -> follower.blocks().ignored()),
                sum(follower -> follower.status().blocks().advertised()));
    }

    private long sum(ToLongFunction<EngineFollower> count) {
        return followers.stream().mapToLong(count).sum();
    }

    @Override
    public void close() {
        followers.parallelStream().forEach(EngineFollower::close);
    }
}
