package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.adverts.AdvertSettings;
import dev.kvcachepool.cachenode.adverts.BlocksFeed;
import dev.kvcachepool.cachenode.adverts.MembershipFeed;
import dev.kvcachepool.cachenode.nearby.HoldersBySize;
import dev.kvcachepool.cachenode.nearby.LocateClient;
import dev.kvcachepool.cachenode.nearby.Nearby;
import dev.kvcachepool.cachenode.nearby.NearbyHandOver;
import dev.kvcachepool.cachenode.nearby.NearbySettings;
import dev.kvcachepool.cachenode.nearby.RouterHolders;
import dev.kvcachepool.cachenode.peer.PeerSettings;
import dev.kvcachepool.cachenode.peer.Peers;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.Steering;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a node has besides whose values live where they were stored, and that reads those of others. Thread-safe. */
final class Peering implements AutoCloseable {
    private final BlockStore store;
    private final Peers peers;
    private final Placement placement;
    private final MembershipFeed members;
    private final @Nullable LocateClient client;
    private final @Nullable RouterHolders router;
    private final HoldersBySize holders;
    private final Nearby nearby;

    /** Knows of nobody until {@link #start}. */
    Peering(NodeSettings settings, PeeringSettings peering, AdvertSettings adverts, BlockStore store) {
        this.store = store;
        this.peers = new Peers(PeerSettings.of(
                peering.timeout(),
                settings.resp().access().peers(),
                settings.tls().tls()));
        this.placement = new Placement(settings.holder(), Duration.ZERO, System::nanoTime);
        this.members = new MembershipFeed(adverts, placement, () -> {});
        this.client = peering.router() == null
                ? null
                : new LocateClient(peering.router(), settings.tls().tls());
        this.router = client == null ? null : new RouterHolders(client, placement);
        this.holders = new HoldersBySize(peering.lookup(), placement, () -> BlocksFeed.begin(adverts), router);
        this.nearby = new Nearby(
                store,
                new Steering(settings.models(), settings.saltKey()),
                placement,
                peers,
                holders,
                NearbySettings.of(peering.timeout(), peering.copies(), store.capacityBytes()),
                holders::tidy);
    }

    Nearby nearby() {
        return nearby;
    }

    Peers peers() {
        return peers;
    }

    Placement placement() {
        return placement;
    }

    HoldersBySize holders() {
        return holders;
    }

    /** Null where no router is asked. */
    @Nullable
    RouterHolders router() {
        return router;
    }

    /** Finds the others, now and as they come; serves meanwhile. */
    void start() {
        members.start();
        holders.tidy();
    }

    /** Gives the others what they have room for, the most wanted first, as far as the time allows. */
    void handOver(Duration atMost) {
        try {
            new NearbyHandOver(store, nearby).run(atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        holders.close();
        members.close();
        peers.close();
        if (client != null) {
            client.close();
        }
    }
}
