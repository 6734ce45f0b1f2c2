package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.access.Access;
import dev.kvcachepool.cachenode.access.AccessFiles;
import dev.kvcachepool.cachenode.fuzz.FuzzedStore;
import dev.kvcachepool.cachenode.net.MemoryChannel;
import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.pool.LocalDoors;
import dev.kvcachepool.cachenode.store.ValueSizes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;

/** Any bytes, as a RESP client could send them, to the real protocol on a small store; run by a fuzzer in a process of its own. */
public final class RespFuzz {
    private static final FuzzedStore STORE = new FuzzedStore();
    private static final ProtocolCounters COUNTERS = new ProtocolCounters();
    private static final RespProtocol OPEN = protocol(Access.open());
    private static final RespProtocol USERS = protocol(users());
    private static final byte[] LOGIN = "AUTH tenant a-password\r\n".getBytes(StandardCharsets.US_ASCII);

    private RespFuzz() {}

    private static RespProtocol protocol(Access access) {
        return new RespProtocol(
                RespFixture.settings(access),
                STORE.store,
                new LocalDoors(STORE.store),
                new ValueSizes(Map.of()),
                COUNTERS,
                6379,
                STORE.shared);
    }

    /** Somebody whose keys have no salt. */
    private static Access users() {
        try {
            var folder = Files.createTempDirectory("resp-fuzz");
            return new AccessFiles(
                            folder, "users: [{name: tenant, passwords: [a-password], salts: ['']}]", "pool-password\n")
                    .access();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One run; the first byte says how the bytes are cut into reads, and whether they are a tenant's. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length > 0 && (data[0] & 1) == 1) {
            var logged = ByteBuffer.allocate(data.length + LOGIN.length)
                    .put(data[0])
                    .put(LOGIN)
                    .put(data, 1, data.length - 1);
            STORE.run(logged.array(), COUNTERS, USERS, RespFuzz::check);
        } else {
            STORE.run(data, COUNTERS, OPEN, RespFuzz::check);
        }
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
