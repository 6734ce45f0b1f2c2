package dev.kvcachepool.cachenode.pool;

import dev.kvcachepool.cachenode.memory.Content;
import dev.kvcachepool.cachenode.peer.Greeting.Role;
import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.cachenode.placement.Route;
import dev.kvcachepool.cachenode.store.KeyValues;
import dev.kvcachepool.cachenode.store.PinResult;
import dev.kvcachepool.cachenode.store.PutOptions;
import dev.kvcachepool.cachenode.store.PutResult;
import dev.kvcachepool.cachenode.store.ScanPage;
import dev.kvcachepool.cachenode.store.Upload;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The whole pool's keys, through this node. Thread-safe; {@link Pool} says how it works. */
final class PooledValues implements KeyValues {
    /** Each hop knows more of the nodes than the one before, so more than a few means that nodes come and go by the second. */
    private static final int MAX_HOPS = 3;

    private static final int TRIES = 5;
    private static final int MEMBER_SHIFT = 48;

    private final Pool pool;
    private final int hops;

    /**
     * The pool's keys for requests that were forwarded so often.
     *
     * @param hops 0 for a client's own
     */
    PooledValues(Pool pool, int hops) {
        this.pool = pool;
        this.hops = hops;
    }

    /** What came of acting as the home, if the view was still the one. */
    private record Attempt<T extends @Nullable Object>(boolean done, T result) {}

    private <T extends @Nullable Object> T at(
            byte[] key, BiConsumer<Route, byte[]> settle, Function<KeyValues, T> action, T nothing) {
        for (int i = 0; i < TRIES; i++) {
            var route = pool.placement.route(key);
            var home = route.home();
            if (home == null) {
                pool.counters.homeless.increment();
                return action.apply(pool.local);
            }
            if (!route.here()) {
                return hops < MAX_HOPS ? action.apply(remote(home, route)) : homeless(nothing);
            }
            var attempt = asHome(route, key, settle, action, nothing);
            if (attempt.done) {
                return attempt.result;
            }
        }
        return homeless(nothing);
    }

    private <T extends @Nullable Object> T homeless(T nothing) {
        pool.counters.homeless.increment();
        return nothing;
    }

    private KeyValues remote(Member home, Route route) {
        return pool.peers.at(home, pool.placement.self(), Role.HOME, hops + 1, route.view());
    }

    private <T extends @Nullable Object> Attempt<T> asHome(
            Route route, byte[] key, BiConsumer<Route, byte[]> settle, Function<KeyValues, T> action, T nothing) {
        if (!route.settling()) {
            return underView(route, action, nothing);
        }
        var lock = pool.locks.of(route.digest());
        lock.lock();
        try {
            settle.accept(route, key);
            return underView(route, action, nothing);
        } finally {
            lock.unlock();
        }
    }

    private <T extends @Nullable Object> Attempt<T> underView(Route route, Function<KeyValues, T> action, T nothing) {
        boolean valid = pool.placement.enter(route);
        try {
            return valid ? new Attempt<>(true, action.apply(pool.local)) : new Attempt<>(false, nothing);
        } finally {
            pool.placement.leave();
        }
    }

    private <T extends @Nullable Object> T read(byte[] key, Function<KeyValues, T> action, T nothing) {
        return at(key, pool.movement::bring, action, nothing);
    }

    @Override
    public Upload receive(byte[] key, long size) {
        var route = pool.placement.route(key);
        var home = route.home();
        if (home != null && !route.here() && hops < MAX_HOPS) {
            return remote(home, route).receive(key, size);
        }
        return new HomeUpload(this, key, pool.local.receive(key, size));
    }

    /** Stores what was received here; where the home has moved meanwhile the value is dropped, and the key's old one. */
    PutResult put(byte[] key, Upload received, PutOptions options) {
        boolean blind =
                options.condition() == PutOptions.Condition.ALWAYS && options.expiresAtMillis() != PutOptions.KEEP;
        BiConsumer<Route, byte[]> settle = blind ? pool.movement::removeElsewhere : pool.movement::bring;
        if (pool.placement.route(key).home() == null) {
            var _ = pool.local.delete(key);
            return PutResult.DROPPED;
        }
        return at(
                key,
                settle,
                values -> {
                    if (values == pool.local) {
                        return received.put(options);
                    }
                    pool.counters.homeless.increment();
                    var _ = values.delete(key);
                    return PutResult.DROPPED;
                },
                PutResult.DROPPED);
    }

    @Override
    public @Nullable Content get(byte[] key) {
        return this.<@Nullable Content>read(key, values -> values.get(key), null);
    }

    @Override
    public boolean exists(byte[] key) {
        return read(key, values -> values.exists(key), false);
    }

    @Override
    public PinResult pin(byte[] key, long untilMillis) {
        return read(key, values -> values.pin(key, untilMillis), PinResult.MISSING);
    }

    @Override
    public boolean unpin(byte[] key) {
        return read(key, values -> values.unpin(key), false);
    }

    @Override
    public boolean delete(byte[] key) {
        var elsewhere = new boolean[1];
        boolean deleted = at(
                key,
                (route, same) -> elsewhere[0] |= pool.movement.removeElsewhere(route, same),
                values -> values.delete(key),
                false);
        return deleted || elsewhere[0];
    }

    @Override
    public long length(byte[] key) {
        return read(key, values -> values.length(key), -1L);
    }

    @Override
    public long expiresAtMillis(byte[] key) {
        return read(key, values -> values.expiresAtMillis(key), -1L);
    }

    @Override
    public boolean expireAt(byte[] key, long atMillis) {
        return read(key, values -> values.expireAt(key, atMillis), false);
    }

    /** Twice: the first round may meet a value on its way between two members, the second finds it landed. */
    @Override
    public void clear() {
        for (int round = 0; round < 2; round++) {
            others().forEach(KeyValues::clear);
            pool.local.clear();
        }
    }

    @Override
    public long keys() {
        return pool.local.keys() + others().stream().mapToLong(KeyValues::keys).sum();
    }

    private List<KeyValues> others() {
        return pool.placement.others().stream().map(this::own).toList();
    }

    /** What a member holds itself. */
    private KeyValues own(Member member) {
        var self = pool.placement.self();
        return member.id().equals(self)
                ? pool.local
                : pool.peers.at(member, self, Role.LOCAL, hops + 1, pool.placement.view());
    }

    /** Member after member in the order of their ids, which is the same at every node: the cursor's high bits count them. */
    @Override
    public ScanPage scan(long cursor, int count) {
        var members = Placement.tellable(pool.placement.view());
        int at = (int) (cursor >>> MEMBER_SHIFT);
        if (at >= members.size()) {
            return new ScanPage(0, List.of());
        }
        var page = own(members.get(at)).scan(cursor & ((1L << MEMBER_SHIFT) - 1), count);
        if (page.next() != 0) {
            return new ScanPage((long) at << MEMBER_SHIFT | page.next(), page.keys());
        }
        return new ScanPage(at + 1 < members.size() ? (long) (at + 1) << MEMBER_SHIFT : 0, page.keys());
    }
}
