package dev.kvcachepool.bench.store;

import dev.kvcachepool.bench.load.Content;
import dev.kvcachepool.bench.report.Figure;
import dev.kvcachepool.bench.servers.CacheNode;
import dev.kvcachepool.bench.servers.Peer;
import dev.kvcachepool.bench.servers.Room;
import dev.kvcachepool.bench.servers.Workplace;
import dev.kvcachepool.bench.system.LoadAverage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * For each size: fill and warm up every server, then rounds; each round goes through all servers in each cell, SET before GET,
 * and begins with another server than the round before; then the values are deleted. So the sides of a ratio are measured
 * within seconds of each other.
 */
final class StoreRun {
    /** Before the first size, where a JVM has to compile too. */
    private static final int FIRST_WARM_UP_MILLIS = 3000;

    private static final int WARM_UP_MILLIS = 500;

    private final StoreSettings settings;
    private final Content content;
    private final StoreResults results = new StoreResults();
    private final List<LoadAverage> loads = new ArrayList<>();
    private final Map<String, String> failures = new LinkedHashMap<>();

    StoreRun(StoreSettings settings, Content content) {
        this.settings = settings;
        this.content = content;
    }

    /** Starts the servers, measures, and ends them. */
    void run(Collection<Peer> peers) throws IOException, InterruptedException {
        try (var workplace = new Workplace()) {
            var lanes = new ArrayList<Lane>();
            for (var peer : peers) {
                System.err.println("starting " + peer.name());
                var server = peer.start(workplace, Room.ample(settings.workingSet()));
                settings.transports().stream()
                        .filter(server.transports()::contains)
                        .forEach(transport -> lanes.add(new Lane(peer.name(), server, transport)));
            }
            for (long size : settings.sizes()) {
                measure(lanes, size);
            }
        }
    }

    private void measure(List<Lane> lanes, long size) throws IOException, InterruptedException {
        var held = new LinkedHashMap<String, Values>();
        lanes.forEach(lane -> held.put(lane.name(), new Values(content, size, settings.workingSet())));
        var working = new ArrayList<Lane>();
        for (var lane : lanes) {
            if (warmsUp(lane, values(held, lane))) {
                working.add(lane);
            }
        }
        for (int round = 1; round <= settings.rounds(); round++) {
            loads.add(LoadAverage.now());
            System.err.printf(
                    "%s, round %d of %d, load %s%n",
                    Figure.size(size),
                    round,
                    settings.rounds(),
                    Figure.of(loads.getLast().one()));
            for (int connections : settings.connections()) {
                round(working, held, connections);
            }
            Collections.rotate(working, -1);
        }
        for (var lane : working) {
            lane.clear(values(held, lane));
        }
    }

    /** False, with a reason that goes to the report, where a peer can't hold values of this size. */
    private boolean warmsUp(Lane lane, Values values) throws IOException, InterruptedException {
        try {
            lane.fill(values);
            int most = Collections.max(settings.connections());
            for (var operation : Operation.values()) {
                lane.measure(operation, values, most, loads.isEmpty() ? FIRST_WARM_UP_MILLIS : WARM_UP_MILLIS);
            }
            return true;
        } catch (IOException e) {
            if (lane.name().equals(CacheNode.NAME)) {
                throw e;
            }
            var what = "%s (%s) with %s".formatted(lane.name(), lane.transport().label(), Figure.size(values.size()));
            System.err.println(what + " is left out: " + e.getMessage());
            failures.put(what, String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void round(List<Lane> lanes, Map<String, Values> held, int connections)
            throws IOException, InterruptedException {
        for (var lane : lanes) {
            var values = values(held, lane);
            for (var operation : Operation.values()) {
                var cell = new Cell(lane.name(), lane.transport(), operation, values.size(), connections);
                results.add(cell, lane.measure(operation, values, connections, settings.millis()));
            }
        }
    }

    /** Shared by all ways to the same server. */
    private static Values values(Map<String, Values> held, Lane lane) {
        return Objects.requireNonNull(held.get(lane.name()));
    }

    /** Why a server was left out with some size. */
    Map<String, String> failures() {
        return failures;
    }

    StoreResults results() {
        return results;
    }

    /** Before each round. */
    List<LoadAverage> loads() {
        return List.copyOf(loads);
    }
}
