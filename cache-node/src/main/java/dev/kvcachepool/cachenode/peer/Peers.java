package dev.kvcachepool.cachenode.peer;

import dev.kvcachepool.cachenode.peer.Greeting.Role;
import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.cachenode.placement.View;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The other nodes of the pool, as far as this one has asked them. Thread-safe. */
public final class Peers implements AutoCloseable {
    private final PeerSettings settings;
    private final PeerCounters counters = new PeerCounters();
    private final Deadlines deadlines = new Deadlines();
    private final Map<Key, Peer> peers = new ConcurrentHashMap<>();
    /** By name: a node may take another incarnation without having restarted, and still hold what it held. */
    private final Map<HolderId, Debts> debts = new ConcurrentHashMap<>();

    private record Key(HolderId id, long incarnation) {
        static Key of(Member member) {
            return new Key(member.id(), member.incarnation());
        }
    }

    /** Asks nobody yet. */
    public Peers(PeerSettings settings) {
        this.settings = settings;
        deadlines.start();
    }

    public PeerCounters counters() {
        return counters;
    }

    /** Connections that are open. */
    public int connections() {
        return deadlines.watched();
    }

    /** The keys of a peer, asked under a greeting. */
    public PeerValues at(Member member, HolderId self, Role role, int hops, View view) {
        return new PeerValues(peer(member), Greeting.of(self, role, hops, view), counters);
    }

    /** What a peer holds itself, asked by a deadline. */
    public PeerHoldings holdings(Member member, HolderId self) {
        return new PeerHoldings(peer(member), new Greeting(self, Role.LOCAL, 0, Map.of()), settings, counters);
    }

    private Peer peer(Member member) {
        return peers.computeIfAbsent(
                Key.of(member), key -> new Peer(member, settings, counters, deadlines, debts(member.id())));
    }

    private Debts debts(HolderId id) {
        return debts.computeIfAbsent(id, key -> new Debts(counters));
    }

    /** Forgets who is not in a view any more, and closes what nobody uses. */
    public void tidy(View view) {
        peers.entrySet().removeIf(entry -> {
            var member = view.member(entry.getKey().id());
            boolean gone =
                    member == null || member.incarnation() > entry.getKey().incarnation();
            if (gone) {
                entry.getValue().close();
            } else {
                entry.getValue().tidy();
            }
            return gone;
        });
        debts.keySet().removeIf(id -> view.member(id) == null);
    }

    @Override
    public void close() {
        peers.values().forEach(Peer::close);
        deadlines.close();
    }
}
