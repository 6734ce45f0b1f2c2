package dev.kvcachepool.bench.store;

import dev.kvcachepool.bench.load.Crew;
import dev.kvcachepool.bench.load.Tally;
import dev.kvcachepool.bench.servers.RunningServer;
import dev.kvcachepool.bench.servers.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/** One server reached one way. */
record Lane(String name, RunningServer server, Transport transport) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Works in a closed loop for so long; each connection ends its last request after that, which counts. */
    Sample measure(Operation operation, Values values, int connections, int millis)
            throws IOException, InterruptedException {
        return work(operation, values, connections, elapsed -> elapsed < millis * 1_000_000L);
    }

    /** Stores each value once. */
    void fill(Values values) throws IOException, InterruptedException {
        try (var turns = open(Operation.SET, values, 1)) {
            for (int i = 0; i < values.count(); i++) {
                turns.turns.getFirst().once();
            }
        }
    }

    /** Forgets each value. */
    void clear(Values values) throws IOException {
        try (var client = server.connect(transport, values.size(), 0)) {
            for (int key = 0; key < values.count(); key++) {
                client.delete(key);
            }
        }
    }

    private Sample work(Operation operation, Values values, int connections, LongPredicate more)
            throws IOException, InterruptedException {
        if (operation == Operation.GET) {
            values.prepare();
        }
        try (var open = open(operation, values, connections)) {
            double before = server.tree().cpuSeconds();
            long nanos = new Crew(open.turns, PATIENCE).work(more);
            double cpu = server.tree().cpuSeconds() - before;
            return new Sample(
                    Tally.sum(open.turns.stream().map(StoreTurn::tally).toList()), nanos / 1e9, cpu);
        } catch (IOException e) {
            throw new IOException(
                    "%s (%s), %s of %d bytes: %s"
                            .formatted(name, transport.label(), operation, values.size(), e.getMessage()),
                    e);
        }
    }

    private Open open(Operation operation, Values values, int connections) throws IOException {
        var open = new Open(new ArrayList<>());
        int step = Math.min(connections, values.count());
        try {
            for (int first = 0; first < step; first++) {
                var client = server.connect(transport, values.size(), (long) first * values.count() / step);
                open.turns.add(new StoreTurn(client, operation, values, first, step));
            }
            return open;
        } catch (IOException e) {
            open.close();
            throw e;
        }
    }

    /** Connections, to be closed together. */
    private record Open(List<StoreTurn> turns) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            for (var turn : turns) {
                turn.close();
            }
        }
    }
}
