package dev.kvcachepool.cachenode.peer;

import dev.kvcachepool.cachenode.peer.Greeting.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Removals that a peer has not heard of, as it was away: told before anything else once it answers, so that what was
 * overwritten or deleted meanwhile does not come back. Bounded: beyond {@value #MOST} keys new ones are given up, and
 * counted. Thread-safe.
 */
final class Debts {
    private static final int MOST = 16_384;
    private static final int BATCH = 256;

    private final PeerCounters counters;
    private final Map<ByteBuffer, byte[]> keys = new LinkedHashMap<>();
    private boolean everything;
    private volatile boolean any;

    Debts(PeerCounters counters) {
        this.counters = counters;
    }

    synchronized void oweRemoval(byte[] key) {
        if (everything) {
            return;
        }
        if (keys.size() >= MOST) {
            counters.owedLost.increment();
            return;
        }
        keys.put(ByteBuffer.wrap(key), key);
        any = true;
    }

    synchronized void oweClear() {
        keys.clear();
        everything = true;
        any = true;
    }

    boolean any() {
        return any;
    }

    /** Tells all of it; whoever asks meanwhile waits, so that nobody overtakes. */
    synchronized void settle(PeerConnection connection, Greeting greeting) throws IOException {
        if (!any) {
            return;
        }
        connection.greet(new Greeting(greeting.sender(), Role.LOCAL, greeting.hops(), greeting.told()));
        if (everything) {
            connection.command("FLUSHALL");
            connection.flush();
            connection.requireOk();
            everything = false;
        }
        while (!keys.isEmpty()) {
            var batch = keys.entrySet().stream().limit(BATCH).toList();
            connection.array(1 + batch.size());
            connection.bulk("DEL");
            for (var key : batch) {
                connection.bulk(key.getValue());
            }
            connection.flush();
            connection.integer();
            keys.entrySet().removeAll(batch);
        }
        any = false;
    }
}
