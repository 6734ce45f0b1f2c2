package dev.kvcachepool.bench.disk;

import dev.kvcachepool.bench.load.Content;
import dev.kvcachepool.bench.load.Crew;
import dev.kvcachepool.bench.load.Tally;
import dev.kvcachepool.bench.servers.RunningServer;
import dev.kvcachepool.bench.servers.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A cache-node whose memory is far smaller than what is put. Its memory is full of values that wait for the disk when a
 * measured part begins, and as full when it ends, so that puts go as fast as the disk takes them; and what is read was pushed
 * out of memory before.
 */
final class DiskNode {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Away from the measured keys. */
    private static final long FILLER_KEYS = 1L << 40;

    private final RunningServer server;
    private final DiskValues measured;
    private final DiskValues filler;

    /** All in bytes; {@code host}: the node's memory. */
    DiskNode(RunningServer server, Content content, long size, long data, long host) {
        this.server = server;
        this.measured = new DiskValues(content, 0, size, data);
        this.filler = new DiskValues(content, FILLER_KEYS, size, 2 * host);
    }

    /** Puts all values, after memory was filled with others. */
    DiskSample spill(int connections) throws IOException, InterruptedException {
        work(filler, connections, true);
        return work(measured, connections, true);
    }

    /** Reads all values, after others have pushed them out of memory. */
    DiskSample read(int connections) throws IOException, InterruptedException {
        work(filler, connections, true);
        return work(measured, connections, false);
    }

    private DiskSample work(DiskValues values, int connections, boolean puts) throws IOException, InterruptedException {
        var turns = new ArrayList<DiskTurn>();
        var next = new AtomicInteger();
        try {
            for (int i = 0; i < connections; i++) {
                turns.add(new DiskTurn(server.connect(Transport.TCP, 0, 0), values, next, puts));
            }
            double before = server.tree().cpuSeconds();
            long nanos = new Crew(turns, PATIENCE).work(_ -> next.get() < values.count());
            double cpu = server.tree().cpuSeconds() - before;
            var tally = Tally.sum(turns.stream().map(DiskTurn::tally).toList());
            return new DiskSample(
                    tally.bytes(), nanos / 1e9, cpu, tally.missing() + tally.refused(), tally.wrongBytes());
        } finally {
            for (var turn : turns) {
                turn.close();
            }
        }
    }
}
