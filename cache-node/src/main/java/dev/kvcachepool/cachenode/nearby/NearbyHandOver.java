package dev.kvcachepool.cachenode.nearby;

import dev.kvcachepool.cachenode.placement.KeyDigest;
import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.cachenode.pool.Offers;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a draining node does with what it holds: offers its engines' values, the leased ones first, then the last used, to
 * the nodes that serve. A chunk's keys go to the same node, the one that would be its home, or else the next; that node
 * fetches them, compares their checksums, and takes them only if nothing has to go for them. One that has refused a few in
 * a row is full and asked no more. Late or failing is not refusing: a key that nobody can take just now is offered again a
 * moment later, and while all receivers rest after a failure the offers wait for them.
 */
public final class NearbyHandOver {
    private static final int MOST_ASKED = 2;
    private static final int REFUSALS = 8;
    /** How long one value may take: the receiver has a deadline of its own, by the value's size. */
    private static final Duration EACH = Duration.ofSeconds(5);
    /** How long one key is offered again to nodes that answer, but can't take it just now. */
    private static final Duration AGAIN = Duration.ofSeconds(10);

    private static final long PAUSE_MILLIS = 50;

    private final BlockStore store;
    private final Nearby nearby;
    private final Placement placement;
    private final int atATime;
    private final Map<HolderId, AtomicInteger> refusals = new ConcurrentHashMap<>();

    public NearbyHandOver(BlockStore store, Nearby nearby) {
        this(store, nearby, Offers.AT_A_TIME);
    }

    NearbyHandOver(BlockStore store, Nearby nearby, int atATime) {
        this.atATime = atATime;
        this.store = store;
        this.nearby = nearby;
        this.placement = nearby.placement();
    }

    /** Runs until all is offered or {@code atMost} is over; called once. */
    public void run(Duration atMost) throws InterruptedException {
        if (receivers(0).isEmpty()) {
            return;
        }
        long end = System.nanoTime() + atMost.toNanos();
        var keys =
                store.keysByUse().stream().filter(BlockStore::namesItsContent).toList();
        var counters = nearby.counters();
        new Offers(keys, atATime, key -> offer(key, end)).run(end);
        counters.notHandedOver.add(Math.max(0, keys.size() - counters.handedOver()));
    }

    private void offer(byte[] key, long end) {
        long giveUp = System.nanoTime() + AGAIN.toNanos();
        while (store.length(key) >= 0) {
            var offered = offerOnce(key, end);
            boolean again =
                    offered == Offered.ALL_REST || (offered == Offered.NOT_NOW && System.nanoTime() - giveUp < 0);
            if (!again || System.nanoTime() - end >= 0 || !pause()) {
                return;
            }
        }
    }

    /** What came of offering a key to those that come first for it. */
    private enum Offered {
        /** One of them has it, or there is nobody to have it, or those who answered have no room. */
        DONE,
        NOT_NOW,
        ALL_REST
    }

    private Offered offerOnce(byte[] key, long end) {
        var asked = receivers(KeyDigest.of(key)).stream().limit(MOST_ASKED).toList();
        var offered = asked.isEmpty() ? Offered.DONE : Offered.ALL_REST;
        for (var member : asked) {
            var there = nearby.at(member);
            if (there.isResting()) {
                continue;
            }
            switch (there.take(key, Math.min(end, System.nanoTime() + EACH.toNanos()))) {
                case YES -> {
                    refusalsOf(member).set(0);
                    nearby.counters().handedOver.increment();
                    return Offered.DONE;
                }
                case NO -> {
                    refusalsOf(member).incrementAndGet();
                    offered = Offered.DONE;
                }
                case LATE, FAILED -> offered = offered == Offered.DONE ? Offered.DONE : Offered.NOT_NOW;
            }
        }
        return offered;
    }

    /** False when the drain's time is over. */
    private static boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Those that may have room, the same first for all keys of a chunk. */
    private List<Member> receivers(long digest) {
        return placement.view().homesOf(digest).stream()
                .filter(member -> !member.id().equals(placement.self()))
                .filter(member -> refusalsOf(member).get() < REFUSALS)
                .toList();
    }

    private AtomicInteger refusalsOf(Member member) {
        return refusals.computeIfAbsent(member.id(), id -> new AtomicInteger());
    }
}
