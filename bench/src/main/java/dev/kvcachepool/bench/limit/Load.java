package dev.kvcachepool.bench.limit;

import dev.kvcachepool.bench.load.Content;
import dev.kvcachepool.bench.load.Crew;
import dev.kvcachepool.bench.load.Tally;
import dev.kvcachepool.bench.servers.RunningServer;
import dev.kvcachepool.bench.servers.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Connections to one server with keys of their own, which it remembers over several {@link #put}s. */
final class Load {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Parts the connections' keys. */
    private static final long KEYS_APART = 1L << 32;

    private final RunningServer server;
    private final List<Slots> slots = new ArrayList<>();
    private final List<SizeMix> sizes;
    private final int recent;

    /**
     * @param firstKey keys are this and above, within 2^31
     * @param mostBytes of all keys together, about; then they are overwritten
     * @param recentBytes among how many of the last bytes GETs choose, about; 0 for no GETs
     */
    Load(RunningServer server, Content content, List<SizeMix> sizes, long firstKey, long mostBytes, long recentBytes) {
        this.server = server;
        this.sizes = List.copyOf(sizes);
        double share = sizes.size() * sizes.getFirst().mean();
        this.recent = (int) Math.ceil(recentBytes / share);
        int most = (int) Math.min(Integer.MAX_VALUE, Math.ceil(mostBytes / share));
        for (int i = 0; i < sizes.size(); i++) {
            slots.add(new Slots(content, i * KEYS_APART + firstKey, most));
        }
    }

    /** Puts about so many bytes. */
    Round put(long bytes) throws IOException, InterruptedException {
        var left = new AtomicLong(bytes);
        var turns = open(left);
        try {
            long nanos = new Crew(turns, PATIENCE).work(_ -> left.get() > 0);
            return new Round(
                    Tally.sum(turns.stream().map(LimitTurn::puts).toList()),
                    Tally.sum(turns.stream().map(LimitTurn::gets).toList()),
                    nanos / 1e9);
        } finally {
            close(turns);
        }
    }

    /** Reads all keys that were ever put. */
    Tally sweep() throws IOException {
        var turns = open(new AtomicLong());
        var found = new ArrayList<Tally>();
        try {
            for (var turn : turns) {
                found.add(turn.sweep());
            }
            return Tally.sum(found);
        } finally {
            close(turns);
        }
    }

    private List<LimitTurn> open(AtomicLong left) throws IOException {
        var turns = new ArrayList<LimitTurn>();
        for (int i = 0; i < slots.size(); i++) {
            var client = server.connect(Transport.TCP, 0, 0);
            turns.add(new LimitTurn(client, slots.get(i), sizes.get(i), left, recent));
        }
        return turns;
    }

    private static void close(List<LimitTurn> turns) throws IOException {
        for (var turn : turns) {
            turn.close();
        }
    }
}
