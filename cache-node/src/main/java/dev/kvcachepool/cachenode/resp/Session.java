package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.access.User;
import dev.kvcachepool.cachenode.peer.Greeting;
import dev.kvcachepool.cachenode.share.ClientLeases;
import dev.kvcachepool.cachenode.store.KeyValues;
import dev.kvcachepool.cachenode.store.Upload;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a connection remembers of its client. Owned by the connection's thread. */
final class Session {
    final long id;
    String name = "";
    String libraryName = "";
    String libraryVersion = "";
    /** Null until it has said who it is. */
    @Nullable
    User user;

    boolean closing;
    /** Whether the client has sent nothing but what LMCache's native client sends. */
    boolean mayBeNative = true;

    /** The keys for this connection's client. */
    final KeyValues own;
    /** The keys that this connection's requests are about. */
    KeyValues values;
    /** What the client said of itself if it is a peer. */
    @Nullable
    Greeting greeting;
    /** A peer's value that is here and not yet to be seen. */
    @Nullable
    Upload staged;

    /** Which nodes the client may say to be. */
    final Predicate<String> nodes;

    Session(long id, @Nullable User user, KeyValues values, Predicate<String> nodes) {
        this.nodes = nodes;
        this.id = id;
        this.user = user;
        this.own = values;
        this.values = values;
    }

    /** What the client reads in this node's own memory; null where that is not shared. */
    @Nullable
    ClientLeases leases;

    /** From here on the client is another, or nobody; what was begun as a peer is over. */
    void become(@Nullable User other) {
        user = other;
        values = own;
        greeting = null;
        dropStaged();
    }

    /** Frees a staged value that was not committed. */
    void dropStaged() {
        if (staged != null) {
            staged.close();
            staged = null;
        }
    }
}
