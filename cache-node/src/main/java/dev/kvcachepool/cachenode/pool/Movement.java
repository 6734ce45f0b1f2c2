package dev.kvcachepool.cachenode.pool;

import dev.kvcachepool.cachenode.memory.ValueBuilder;
import dev.kvcachepool.cachenode.peer.Greeting.Role;
import dev.kvcachepool.cachenode.peer.PeerValues;
import dev.kvcachepool.cachenode.peer.Peers;
import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.cachenode.placement.Route;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.PutOptions;
import dev.kvcachepool.cachenode.store.PutOptions.Condition;
import dev.kvcachepool.cachenode.store.PutResult;
import org.jspecify.annotations.Nullable;

/** Brings values to their home, and removes what lies elsewhere. Called by the home with the key's lock held. */
final class Movement {
    private final BlockStore store;
    private final Placement placement;
    private final Peers peers;
    private final PoolCounters counters;

    Movement(BlockStore store, Placement placement, Peers peers, PoolCounters counters) {
        this.store = store;
        this.placement = placement;
        this.peers = peers;
        this.counters = counters;
    }

    /** A key's value on its way here. */
    private static final class Landing implements AutoCloseable {
        private final BlockStore store;
        private final byte[] key;
        private @Nullable ValueBuilder builder;

        Landing(BlockStore store, byte[] key) {
            this.store = store;
            this.key = key;
        }

        ValueBuilder begin(long size) {
            builder = store.receive(key, size);
            return builder;
        }

        @Override
        public void close() {
            if (builder != null) {
                builder.close();
            }
        }
    }

    private PeerValues own(Member member, Route route) {
        return peers.at(member, placement.self(), Role.LOCAL, 0, route.view());
    }

    /** Makes the home have a value that an earlier home has. */
    void bring(Route route, byte[] key) {
        if (store.length(key) >= 0) {
            return;
        }
        for (var member : route.earlier()) {
            if (move(route, key, member)) {
                return;
            }
        }
    }

    /** Moves a key here from one member; false when it has not come. */
    boolean move(Route route, byte[] key, Member member) {
        var there = own(member, route);
        long clears = store.clears();
        try (var landing = new Landing(store, key)) {
            long expiresAt = there.fetch(key, landing::begin);
            var builder = landing.builder;
            if (expiresAt < 0 || builder == null || !land(route, key, builder, expiresAt, clears)) {
                return false;
            }
            counters.moved.increment();
            counters.movedBytes.add(builder.size());
        }
        // Told or owed: a failure here leaves no copy that could come back.
        var _ = there.delete(key);
        return true;
    }

    private boolean land(Route route, byte[] key, ValueBuilder builder, long expiresAt, long clears) {
        boolean valid = placement.enter(route);
        try {
            var options = new PutOptions(Condition.IF_ABSENT, expiresAt);
            return valid && store.putUnlessCleared(key, builder, options, clears) == PutResult.STORED;
        } finally {
            placement.leave();
        }
    }

    /** Removes a key everywhere but here; whether it was anywhere. */
    boolean removeElsewhere(Route route, byte[] key) {
        boolean removed = false;
        for (var member : placement.others()) {
            removed |= own(member, route).delete(key);
        }
        return removed;
    }
}
