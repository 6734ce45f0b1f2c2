package dev.kvcachepool.cachenode.nearby;

import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.cachenode.key.KeyParser;
import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.nearby.NearbyCounters.Source;
import dev.kvcachepool.cachenode.peer.Greeting;
import dev.kvcachepool.cachenode.peer.PeerHoldings;
import dev.kvcachepool.cachenode.peer.Peers;
import dev.kvcachepool.cachenode.placement.KeyDigest;
import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.cachenode.pool.Doors;
import dev.kvcachepool.cachenode.pool.Taken;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.KeyValues;
import dev.kvcachepool.cachenode.store.LocalValues;
import dev.kvcachepool.cachenode.store.Steering;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Values live where they were stored, and a node that misses one reads it from a node that holds it. Thread-safe.
 *
 * <ol>
 *   <li>A client's GET or EXISTS is answered from this node's own store where that can be.
 *   <li>Else, if the key is an engine's and of a model that is advertised, those who hold it are looked up
 *       ({@link Holders}); up to {@value #MOST_ASKED} of them that have not just failed are asked, one after the other.
 *   <li>EXISTS says 1 only when one of them has leased the chunk. GET brings the value here ({@link Flights},
 *       {@link Arrivals}), compares its checksum, gives it to the client and perhaps keeps it ({@link CopyPolicy}).
 *   <li>A look-up has one end for all of that until the first byte, a command one {@link Budget} for waiting in vain.
 * </ol>
 *
 * <p>What a peer asks is answered from this node's own store and nowhere else, so no request goes on from here: loops
 * can't be. An engine's key names what its value was computed from, so a copy that outlives a removal elsewhere is never
 * wrong, only unneeded.
 */
public final class Nearby implements Doors {
    private static final int MOST_ASKED = 2;
    /** Beyond this part of its memory a node takes nothing over from one that drains: it would evict its own. */
    private static final int FULL_PERCENT = 95;
    /** Until the first byte of what is taken over: nobody's client waits, and a node that drains is busy. */
    private static final Duration TAKING = Duration.ofSeconds(2);

    private final BlockStore store;
    private final LocalValues local;
    private final Steering steering;
    private final Placement placement;
    private final Peers peers;
    private final Holders holders;
    private final Runnable tidying;
    private final NearbySettings settings;
    private final NearbyCounters counters = new NearbyCounters();
    private final Flights flights;
    private final Arrivals arrivals;

    /**
     * A node among others; the caller closes {@code peers}.
     *
     * @param steering says what chunks are called in adverts
     * @param placement knows the other nodes
     * @param tidying run now and then
     */
    public Nearby(
            BlockStore store,
            Steering steering,
            Placement placement,
            Peers peers,
            Holders holders,
            NearbySettings settings,
            Runnable tidying) {
        this.store = store;
        this.local = new LocalValues(store);
        this.steering = steering;
        this.placement = placement;
        this.peers = peers;
        this.holders = holders;
        this.tidying = tidying;
        this.settings = settings;
        this.flights = new Flights(counters);
        this.arrivals = new Arrivals(store, settings, counters);
    }

    public NearbyCounters counters() {
        return counters;
    }

    /** Values that are on their way here. */
    public int transfers() {
        return arrivals.limits().inFlight();
    }

    /** Bytes of them and of what has come and clients still hold, in units of 4 KiB. */
    public long bytesInFlight() {
        return arrivals.limits().bytesInFlight();
    }

    Placement placement() {
        return placement;
    }

    /** For one command. */
    Budget budget() {
        return new Budget(settings.timeout());
    }

    /** What a node holds, by its own word only. */
    PeerHoldings at(Member member) {
        return peers.holdings(member, placement.self());
    }

    @Override
    public KeyValues clients() {
        return clients(() -> false);
    }

    @Override
    public KeyValues clients(BooleanSupplier gone) {
        return new NearbyValues(local, this, gone, null);
    }

    @Override
    public KeyValues peers(Greeting greeting) {
        return local;
    }

    @Override
    public boolean knowsPeers() {
        return true;
    }

    @Override
    public void tidy() {
        peers.tidy(placement.view());
        tidying.run();
    }

    /**
     * A value, from here or elsewhere.
     *
     * @param shared by the keys of one command; null for a key by itself
     */
    @Nullable
    Value get(byte[] key, BooleanSupplier gone, @Nullable Budget shared) {
        var own = store.get(key);
        if (own != null) {
            counters.read(Source.LOCAL);
            return own;
        }
        var sought = sought(key);
        var value = sought == null ? null : fetch(key, sought, gone, shared == null ? budget() : shared);
        counters.read(value == null ? Source.NONE : Source.PEER);
        return value;
    }

    private @Nullable Value fetch(byte[] key, Sought sought, BooleanSupplier gone, Budget budget) {
        return flights.fly(key, gone, budget, flight -> {
            long end = flight.end();
            var from = whoHolds(sought, end, budget);
            return arrivals.bring(key, digest(key), from, flight, end, budget);
        });
    }

    boolean exists(byte[] key, @Nullable Budget shared) {
        if (store.exists(key)) {
            counters.lookedUp(Source.LOCAL);
            return true;
        }
        var sought = sought(key);
        boolean there = sought != null && isLeasedElsewhere(key, sought, shared == null ? budget() : shared);
        counters.lookedUp(there ? Source.PEER : Source.NONE);
        return there;
    }

    private boolean isLeasedElsewhere(byte[] key, Sought sought, Budget budget) {
        if (budget.isSpent()) {
            return false;
        }
        long end = budget.end();
        var asked = whoHolds(sought, end, budget);
        int left = asked.size();
        for (var there : asked) {
            long now = System.nanoTime();
            var answer = there.exists(key, now + (end - now) / left--);
            switch (answer) {
                case YES -> {
                    return true;
                }
                case NO -> counters.stale.increment();
                case LATE -> counters.late.increment();
                case FAILED -> counters.failed.increment();
            }
            if (answer != PeerHoldings.Answer.NO) {
                budget.waitedInVainSince(now);
            }
        }
        return false;
    }

    /** What a key is called elsewhere; null where nobody else can be known to hold it. */
    private @Nullable Sought sought(byte[] key) {
        var parsed = KeyParser.parse(key);
        if (parsed == null || parsed.part() == EngineKey.Part.LAYER) {
            return null;
        }
        var block = steering.blockOf(parsed);
        return block == null ? null : new Sought(parsed, block);
    }

    private List<PeerHoldings> whoHolds(Sought sought, long end, Budget budget) {
        long asked = System.nanoTime();
        var known = holders.of(List.of(sought), end).getFirst();
        if (known.isEmpty()) {
            budget.waitedInVainSince(asked);
        }
        return known.stream()
                .map(this::at)
                .filter(there -> !there.isResting())
                .limit(MOST_ASKED)
                .toList();
    }

    /** Of the whole key: each rank and part of a chunk comes by itself. */
    private static long digest(byte[] key) {
        return KeyDigest.of(key) * 31 + Arrays.hashCode(key);
    }

    /** Fetches a key from a node that drains, and keeps it, if nothing has to go for it. */
    @Override
    public Taken take(byte[] key, Greeting sender) {
        var from = placement.view().member(sender.sender());
        boolean serves = placement.isHome();
        if (from == null || !serves || from.id().equals(placement.self()) || !BlockStore.namesItsContent(key)) {
            return Taken.NO;
        }
        if (store.length(key) >= 0) {
            return Taken.YES;
        }
        var taken = arrivals.take(key, at(from), TAKING, this::hasRoom);
        if (taken == Taken.YES) {
            counters.taken.increment();
        }
        return taken;
    }

    private boolean hasRoom(long size) {
        return store.usedBytes() + size <= store.capacityBytes() / 100 * FULL_PERCENT;
    }
}
