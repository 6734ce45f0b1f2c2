package dev.kvcachepool.bench.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * Engines and requests in virtual time. A router is told of each request when it arrives, and sends it to an engine then
 * or later. What happens at the time of an arrival happens before it. One thread.
 */
final class World {
    static final int BLOCK_TOKENS = 512;

    private final List<Engine> engines;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingDouble(Event::at).thenComparingLong(Event::number));
    private final Outcome outcome = new Outcome();
    private double now;
    private long number;

    /** Decides about requests. */
    interface Router {
        /** A request has arrived: {@link World#send} it once, now or later. */
        void arrived(Request request);
    }

    private record Event(double at, long number, Runnable action) {}

    World(int engines, double tokensPerSecond, int blocks) {
        this.engines = IntStream.range(0, engines)
                .mapToObj(i -> new Engine(tokensPerSecond, blocks))
                .toList();
    }

    /** All requests, to their end. */
    Outcome run(List<Request> requests, Router router) {
        for (var request : requests) {
            runUntil(request.at());
            now = request.at();
            router.arrived(request);
        }
        runUntil(Double.POSITIVE_INFINITY);
        outcome.requireAll(requests.size());
        return outcome;
    }

    private void runUntil(double time) {
        while (!events.isEmpty() && events.peek().at <= time) {
            var event = events.remove();
            now = event.at;
            event.action.run();
        }
    }

    /** Seconds. */
    double now() {
        return now;
    }

    List<Engine> engines() {
        return engines;
    }

    /** Has {@code action} run at a time to come. */
    void at(double time, Runnable action) {
        events.add(new Event(Math.max(time, now), number++, action));
    }

    /** Sends a request to an engine now; {@code changes} is told of blocks that come and go there. */
    Engine.Service send(Request request, int engine, BiConsumer<Integer, Boolean> changes) {
        var target = engines.get(engine);
        var service = target.serve(request, now, changes);
        outcome.add(request, service);
        at(service.ended(), () -> target.release(request.blocks().size()));
        return service;
    }

    /** What came out. */
    Figures figures() {
        return outcome.figures(new ArrayList<>(engines));
    }
}
