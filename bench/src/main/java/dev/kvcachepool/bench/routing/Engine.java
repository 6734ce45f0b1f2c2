package dev.kvcachepool.bench.routing;

import dev.kvcachepool.router.endpoint.EngineReport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * An engine with a cache of its own, as the simulator has it: one prefill after the other, in the order of arrival, at so
 * many tokens a second; decoding takes its time beside it. What a request computes is held from its arrival on.
 */
final class Engine {
    private static final double DECODE_SECONDS = 0.02;
    private static final double REMEMBERED_SECONDS = 1;

    private final double rate;
    private final BlockCache cache;
    private final Deque<Service> services = new ArrayDeque<>();
    private double freeAt;
    private int activeBlocks;
    private long prefilled;

    /** One request's times here, in seconds. */
    record Service(double arrived, double began, double firstByte, double ended, int held, int missing) {}

    Engine(double tokensPerSecond, int blocks) {
        this.rate = tokensPerSecond;
        this.cache = new BlockCache(blocks);
    }

    /** Takes {@code request} now; {@code changes} is told of blocks that come and go by it. */
    Service serve(Request request, double now, BiConsumer<Integer, Boolean> changes) {
        int held = cache.match(request.blocks());
        cache.insert(request.blocks(), changes);
        int missing = Math.max(request.input() - held * World.BLOCK_TOKENS, 1);
        double began = Math.max(now, freeAt);
        freeAt = began + missing / rate;
        prefilled += missing;
        activeBlocks += request.blocks().size();
        var service = new Service(now, began, freeAt, freeAt + request.output() * DECODE_SECONDS, held, missing);
        services.add(service);
        return service;
    }

    /** A request of so many blocks has ended. */
    void release(int blocks) {
        activeBlocks -= blocks;
    }

    int match(List<Integer> blocks) {
        return cache.match(blocks);
    }

    /** Seconds until a new request's prefill would begin. */
    double queue(double now) {
        return Math.max(freeAt - now, 0);
    }

    /** Blocks of requests that have not ended. */
    int activeBlocks() {
        return activeBlocks;
    }

    /** Tokens computed so far, those that are queued included. */
    long prefilled() {
        return prefilled;
    }

    /** What its metrics said at {@code then}, which is at most a second ago. */
    EngineReport report(double then, long thenNanos) {
        services.removeIf(service -> service.ended < then - REMEMBERED_SECONDS);
        int waiting = 0;
        int running = 0;
        for (var service : services) {
            if (service.arrived <= then && then < service.ended) {
                waiting += service.began > then ? 1 : 0;
                running += service.began <= then ? 1 : 0;
            }
        }
        return new EngineReport(waiting, running, 0, thenNanos);
    }
}
