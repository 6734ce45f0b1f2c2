package dev.kvcachepool.cachenode.pool;

import dev.kvcachepool.cachenode.peer.Greeting;
import dev.kvcachepool.cachenode.peer.Peers;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.KeyValues;
import dev.kvcachepool.cachenode.store.LocalValues;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Pooled placement: every key has one home among the nodes that serve, and any node takes any request. Thread-safe.
 *
 * <p>A request goes to the home, which alone decides. While the pool settles, after nodes have come or gone, the home
 * does each request on a key under the key's lock, and settles the key first:
 *
 * <ul>
 *   <li>a read brings the value from an earlier home: copied, stored here, then removed there;
 *   <li>a write or removal removes the key from every other node, then does its work here, then answers;
 *   <li>a draining node asks the home to take key after key; the home moves each as a read would.
 * </ul>
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Whoever answers a peer knows of the nodes at least what the peer knows ({@link Greeting}): it waits for its own
 *       reading of the topic, and refuses if that takes too long. So each hop of a request knows more than the one
 *       before, a request ends where nobody knows better, and it can't go round.
 *   <li>Acting as the home and adopting a view exclude each other ({@link Placement#enter}). By 1 and 2, once a new home
 *       has told another node that it removes a key there, that node has stopped acting as the key's home: whatever it
 *       answers later it asks of the new home.
 *   <li>A value that was overwritten or removed while the pool settled is on no node that could be reached. What could
 *       not be reached is owed its removal before it is asked for anything else, by this node.
 *   <li>Before a node's settling ends it has purged what lives elsewhere: its purge comes at four fifths of the time
 *       during which the others still look.
 * </ol>
 *
 * <p>So with every node reachable a read through any node sees the last write answered through any node, also while
 * nodes learn of a change one after another. Windows that stay, each of which can show a value that was overwritten, and
 * never bytes of another key or parts of two values:
 *
 * <ul>
 *   <li>a node cut off from other nodes but not from clients still answers for what it thinks is its own;
 *   <li>a node silent in the topic for over a minute, that then comes back with what it held;
 *   <li>a write whose home failed before it answered: the client is told OK, the outcome is unknown, and another node
 *       may still read the value before; this node owes its removal.
 * </ul>
 */
public final class Pool implements Doors {
    /** How long a peer that knows more is kept waiting. Readers of the topic are behind one another by less. */
    private static final Duration CATCH_UP = Duration.ofMillis(400);

    final Placement placement;
    final Peers peers;
    final LocalValues local;
    final PoolCounters counters = new PoolCounters();
    final KeyLocks locks = new KeyLocks();
    final Movement movement;
    private final Purge purge;
    private final PooledValues clients = new PooledValues(this, 0);

    /** A node of a pool; the caller closes {@code peers}. */
    public Pool(BlockStore store, Placement placement, Peers peers, Duration window) {
        this.placement = placement;
        this.peers = peers;
        this.local = new LocalValues(store);
        this.movement = new Movement(store, placement, peers, counters);
        this.purge = new Purge(store, placement, counters, window);
    }

    public PoolCounters counters() {
        return counters;
    }

    @Override
    public KeyValues clients() {
        return clients;
    }

    @Override
    public @Nullable KeyValues peers(Greeting greeting) throws InterruptedException {
        if (!placement.awaitCovers(greeting.told(), CATCH_UP)) {
            return null;
        }
        return switch (greeting.role()) {
            case HOME -> new PooledValues(this, greeting.hops());
            case LOCAL -> local;
        };
    }

    @Override
    public Taken take(byte[] key, Greeting sender) {
        var route = placement.route(key);
        var from = route.view().member(sender.sender());
        if (!route.here() || from == null) {
            return Taken.NO;
        }
        var lock = locks.of(route.digest());
        lock.lock();
        try {
            if (local.length(key) < 0) {
                return movement.move(route, key, from) ? Taken.YES : Taken.NO;
            }
            // What is here is newer: nobody else writes a key that lives here.
            var _ = movement.removeElsewhere(route, key);
            return Taken.YES;
        } finally {
            lock.unlock();
        }
    }

    /** Asks the home of a key that lies here and lives elsewhere to take it. */
    void offer(byte[] key) {
        var route = placement.route(key);
        var home = route.home();
        if (home == null || route.here() || local.length(key) < 0) {
            return;
        }
        if (peers.at(home, placement.self(), Greeting.Role.HOME, 1, route.view())
                .take(key)) {
            counters.handedOver.increment();
        }
    }

    @Override
    public boolean knowsPeers() {
        return true;
    }

    @Override
    public void tidy() {
        purge.run();
        peers.tidy(placement.view());
    }
}
