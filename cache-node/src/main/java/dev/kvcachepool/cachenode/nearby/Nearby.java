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
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.KeyValues;
import dev.kvcachepool.cachenode.store.LocalValues;
import dev.kvcachepool.cachenode.store.Steering;
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
        this.flights = new Flights(settings.timeout(), counters);
        this.arrivals = new Arrivals(store, settings, counters);
    }

    public NearbyCounters counters() {
        return counters;
    }

    /** Values that are on their way here. */
    public int transfers() {
        return arrivals.limits().inFlight();
    }

    /** Bytes of them, in units of 4 KiB. */
    public long bytesInFlight() {
        return arrivals.limits().bytesInFlight();
    }

    Placement placement() {
        return placement;
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
        return new NearbyValues(local, this, gone);
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

    @Nullable
    Value get(byte[] key, BooleanSupplier gone) {
        var own = store.get(key);
        if (own != null) {
            counters.read(Source.LOCAL);
            return own;
        }
        var sought = sought(key);
        var value = sought == null
                ? null
                : flights.fly(key, gone, flight -> arrivals.bring(key, digest(key), whoHolds(sought), flight));
        counters.read(value == null ? Source.NONE : Source.PEER);
        return value;
    }

    boolean exists(byte[] key) {
        if (store.exists(key)) {
            counters.lookedUp(Source.LOCAL);
            return true;
        }
        var sought = sought(key);
        boolean there = sought != null && isLeasedElsewhere(key, sought);
        counters.lookedUp(there ? Source.PEER : Source.NONE);
        return there;
    }

    private boolean isLeasedElsewhere(byte[] key, Sought sought) {
        var asked = whoHolds(sought);
        for (var there : asked) {
            long end = System.nanoTime() + settings.timeout().toNanos() / asked.size();
            switch (there.exists(key, end)) {
                case YES -> {
                    return true;
                }
                case NO -> counters.stale.increment();
                case LATE -> counters.late.increment();
                case FAILED -> counters.failed.increment();
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

    private List<PeerHoldings> whoHolds(Sought sought) {
        return holders
                .of(List.of(sought), System.nanoTime() + settings.timeout().toNanos())
                .getFirst()
                .stream()
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
    public boolean take(byte[] key, Greeting sender) {
        var from = placement.view().member(sender.sender());
        boolean serves = placement.isHome();
        if (from == null || !serves || from.id().equals(placement.self()) || !BlockStore.namesItsContent(key)) {
            return false;
        }
        if (store.length(key) >= 0) {
            return true;
        }
        var flight =
                new Flight(() -> false, System.nanoTime() + settings.timeout().toNanos());
        boolean kept = arrivals.keep(key, at(from), flight, this::hasRoom);
        if (kept) {
            counters.taken.increment();
        }
        return kept;
    }

    private boolean hasRoom(long size) {
        return store.usedBytes() + size <= store.capacityBytes() / 100 * FULL_PERCENT;
    }
}
