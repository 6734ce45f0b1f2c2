package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.bridges.DeclaredModels;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Follows engines and advertises their own blocks. Who is followed may change: engines that are followed already, at the same
 * address, stay as they are. Thread-safe.
 */
public final class EngineBridge implements AutoCloseable {
    private final BridgePlace place;
    private final DeclaredModels models;
    private final SaltKey saltKey;
    private final String hashSeed;
    /** Its lock, which is never held while something is waited for, is that of {@link #past}, too. */
    private final Map<EngineAddress, List<EngineFollower>> followed = new LinkedHashMap<>();
    /** What those counted that are not followed any more. */
    private BridgeStats past = BridgeStats.NONE;

    private boolean closed;

    /**
     * Follows nobody yet.
     *
     * @param models that the pool declares
     * @param hashSeed the engines' PYTHONHASHSEED
     */
    public EngineBridge(BridgePlace place, DeclaredModels models, SaltKey saltKey, String hashSeed) {
        this.place = place;
        this.models = models;
        this.saltKey = saltKey;
        this.hashSeed = hashSeed;
    }

    /**
     * Follows these engines from now on, and no others: what was said of one that is not among them is erased. Returns once
     * their last rows are on their way, or after some seconds; after {@link #close} it does nothing.
     *
     * @param engines of different names
     */
    public synchronized void follow(List<EngineAddress> engines) {
        if (closed) {
            return;
        }
        end(Set.copyOf(engines));
        for (var engine : engines) {
            List<EngineFollower> begun;
            synchronized (followed) {
                if (followed.containsKey(engine)) {
                    continue;
                }
                begun = IntStream.range(0, engine.ranks())
                        .mapToObj(rank -> follower(engine, rank))
                        .toList();
                followed.put(engine, begun);
            }
            begun.forEach(EngineFollower::start);
        }
    }

    private EngineFollower follower(EngineAddress engine, int rank) {
        var lineages = new Lineages(engine.model(), models, saltKey, hashSeed);
        return new EngineFollower(engine, rank, place, lineages, InstantSource.system());
    }

    private void end(Set<EngineAddress> wanted) {
        var ended = new ArrayList<EngineFollower>();
        synchronized (followed) {
            followed.entrySet().removeIf(entry -> {
                boolean isOver = !wanted.contains(entry.getKey());
                if (isOver) {
                    ended.addAll(entry.getValue());
                }
                return isOver;
            });
            for (var follower : ended) {
                past = past.plus(follower.stats().ended());
            }
        }
        ended.parallelStream().forEach(EngineFollower::close);
    }

    /** Never waits for an engine or the broker. */
    public BridgeStats stats() {
        synchronized (followed) {
            return followed.values().stream()
                    .flatMap(List::stream)
                    .map(EngineFollower::stats)
                    .reduce(past, BridgeStats::plus);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        end(Set.of());
    }
}
