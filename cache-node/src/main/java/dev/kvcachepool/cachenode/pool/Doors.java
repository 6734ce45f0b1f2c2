package dev.kvcachepool.cachenode.pool;

import dev.kvcachepool.cachenode.peer.Greeting;
import dev.kvcachepool.cachenode.store.KeyValues;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Whom a protocol asks for keys, by who asks. Thread-safe. */
public interface Doors {

    /** For requests of clients. */
    KeyValues clients();

    /**
     * The same for the requests of one connection.
     *
     * @param gone whether its client has gone away, asked while its request waits for other nodes
     */
    default KeyValues clients(BooleanSupplier gone) {
        return clients();
    }

    /**
     * For requests of a peer, after its greeting.
     *
     * @return null when this node does not get to know in time what the peer knows of the pool's nodes
     */
    @Nullable
    KeyValues peers(Greeting greeting) throws InterruptedException;

    /** Takes a key over from {@code sender}, if it lives here. */
    Taken take(byte[] key, Greeting sender);

    /** Whether peers are let in at all. */
    boolean knowsPeers();

    /** Called now and then. */
    void tidy();
}
