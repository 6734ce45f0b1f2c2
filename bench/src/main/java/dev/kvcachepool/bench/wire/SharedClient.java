package dev.kvcachepool.bench.wire;

import dev.kvcachepool.client.LocalClient;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads values where they lie in a cache-node's memory: a GET is a lease, the check, and the lease's end. */
public final class SharedClient implements StoreClient {
    private final LocalClient client;

    /** Connects to a node's two sockets. */
    public SharedClient(Path respSocket, Path memorySocket) throws IOException {
        this.client = LocalClient.connect(respSocket, memorySocket, null);
    }

    @Override
    public boolean put(long key, MemorySegment value) throws IOException {
        client.set(name(key), value.asByteBuffer());
        return true;
    }

    @Override
    public Got get(long key, Expected expected) throws IOException {
        try (var value = client.lease(name(key))) {
            if (value == null) {
                return Got.MISS;
            }
            if (value.size() != expected.size()) {
                return new Got(true, Math.max(value.size(), expected.size()));
            }
            var check = expected.check();
            value.parts().forEach(check::part);
            return new Got(true, check.wrongBytes());
        }
    }

    @Override
    public void delete(long key) throws IOException {
        boolean ignored = client.delete(name(key));
    }

    private static byte[] name(long key) {
        return KeyNames.of(key).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
