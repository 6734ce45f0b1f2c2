package dev.kvcachepool.cachenode.placement;

import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongSupplier;

/**
 * Where keys live as this node sees it, and where they lived a while ago. Thread-safe.
 *
 * <p>{@link #adopt} takes in what the nodes topic says. For a {@code window} after homes have moved, the pool is
 * <em>settling</em>: values may still lie at homes of earlier views, the last few of which are remembered. A node that
 * has just come counts whoever serves or drains at its first view as an earlier home.
 *
 * <p>Whoever acts as the home of a key does so between {@link #enter} and {@link #leave}: a view is adopted only when
 * nobody acts under the one before. So once a node says that it knows a view, it no longer acts under an older one.
 */
public final class Placement {
    private static final int EARLIER_VIEWS = 4;

    private final HolderId self;
    private final long windowNanos;
    private final LongSupplier nanoClock;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Condition adopted = lock.writeLock().newCondition();
    private volatile State state = new State(View.EMPTY, false, List.of(), List.of(), 0);

    private record State(View view, boolean known, List<Member> others, List<Rendezvous> earlier, long movedAtNanos) {}

    /**
     * Knows of nobody yet.
     *
     * @param window how long the pool settles after a change
     * @param nanoClock monotonic
     */
    public Placement(HolderId self, Duration window, LongSupplier nanoClock) {
        this.self = self;
        this.windowNanos = window.toNanos();
        this.nanoClock = nanoClock;
    }

    public HolderId self() {
        return self;
    }

    public View view() {
        return state.view;
    }

    /** Whether the nodes have been heard of at all. */
    public boolean isKnown() {
        return state.known;
    }

    /** Whether this node is among those that keys live at: before that its clients would find nothing. */
    public boolean isHome() {
        var member = state.view.member(self);
        return member != null && member.serves();
    }

    /** Everyone else who may hold values. */
    public List<Member> others() {
        return state.others;
    }

    /** Takes in what is known of the pool's nodes now; false when that changes nothing. Called by one thread. */
    public boolean adopt(Collection<Member> members) {
        var before = state;
        var view = new View(members);
        if (before.known && view.isSameAs(before.view)) {
            return false;
        }
        var next = after(before, view);
        lock.writeLock().lock();
        try {
            state = next;
            adopted.signalAll();
        } finally {
            lock.writeLock().unlock();
        }
        return true;
    }

    private State after(State before, View view) {
        var others = view.others(self);
        if (before.known && ids(before.view).equals(ids(view))) {
            return new State(view, true, others, before.earlier, before.movedAtNanos);
        }
        var earlier = new ArrayList<Rendezvous>();
        earlier.add(new Rendezvous(before.known ? before.view.serving() : others));
        before.earlier.stream().limit(EARLIER_VIEWS - 1).forEach(earlier::add);
        return new State(view, true, others, List.copyOf(earlier), nanoClock.getAsLong());
    }

    private static List<HolderId> ids(View view) {
        return view.serving().stream().map(Member::id).toList();
    }

    /** How long ago homes moved last. */
    public Duration sinceMove() {
        return Duration.ofNanos(nanoClock.getAsLong() - state.movedAtNanos);
    }

    public Route route(byte[] key) {
        var now = state;
        long digest = KeyDigest.of(key);
        var home = now.view.homeOf(digest);
        boolean here = home != null && home.id().equals(self);
        boolean settling = !now.others.isEmpty() && nanoClock.getAsLong() - now.movedAtNanos < windowNanos;
        return new Route(now.view, digest, home, here, settling, here && settling ? earlier(now, digest) : List.of());
    }

    private List<Member> earlier(State now, long digest) {
        var homes = new ArrayList<Member>();
        for (var placement : now.earlier) {
            var then = placement.homeOf(digest);
            var member = then == null ? null : now.view.member(then.id());
            if (member != null && now.others.contains(member) && !homes.contains(member)) {
                homes.add(member);
            }
        }
        return homes;
    }

    /** Begins to act under a route; false when its view is no longer the one. Either way {@link #leave} follows. */
    public boolean enter(Route route) {
        lock.readLock().lock();
        return state.view == route.view();
    }

    public void leave() {
        lock.readLock().unlock();
    }

    /** Those of a view whom others must know too, as they may hold values; in the order of their ids. */
    public static List<Member> tellable(View view) {
        return view.members().stream().filter(Member::answers).toList();
    }

    /** Waits until this node knows as much as {@code told}; false when it does not in time. */
    public boolean awaitCovers(Map<HolderId, Life> told, Duration atMost) throws InterruptedException {
        if (state.view.covers(told)) {
            return true;
        }
        lock.writeLock().lock();
        try {
            long left = atMost.toNanos();
            while (!state.view.covers(told)) {
                if (left <= 0) {
                    return false;
                }
                left = adopted.awaitNanos(left);
            }
            return true;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
