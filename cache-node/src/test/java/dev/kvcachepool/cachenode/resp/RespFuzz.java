package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.fuzz.FuzzedStore;
import dev.kvcachepool.cachenode.net.MemoryChannel;
import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.pool.LocalDoors;
import dev.kvcachepool.cachenode.store.ValueSizes;
import java.util.Map;

/** Any bytes, as a RESP client could send them, to the real protocol on a small store; run by a fuzzer in a process of its own. */
public final class RespFuzz {
    private static final FuzzedStore STORE = new FuzzedStore();
    private static final ProtocolCounters COUNTERS = new ProtocolCounters();
    private static final RespProtocol PROTOCOL = new RespProtocol(
            RespSettings.DEFAULTS,
            STORE.store,
            new LocalDoors(STORE.store),
            new ValueSizes(Map.of()),
            COUNTERS,
            6379,
            STORE.shared);

    private RespFuzz() {}

    /** One run; the first byte says how the bytes are cut into reads. */
    public static void fuzzerTestOneInput(byte[] data) {
        STORE.run(data, COUNTERS, PROTOCOL, RespFuzz::check);
    }

    private static void check(MemoryChannel channel, boolean cut) {
        FuzzedStore.require(STORE.shared.heldBytes() == 0, "a lease outlived its connection");
        var replies = new RespReader(channel.output());
        while (replies.hasMore()) {
            if (!replies.skip()) {
                // The connection ended in the middle of a request whose reply had begun.
                FuzzedStore.require(cut, "a reply was cut short");
                return;
            }
        }
    }
}
