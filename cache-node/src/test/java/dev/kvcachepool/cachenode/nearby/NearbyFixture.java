package dev.kvcachepool.cachenode.nearby;

import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.peer.PeerSettings;
import dev.kvcachepool.cachenode.peer.Peers;
import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.cachenode.resp.RespServer;
import dev.kvcachepool.cachenode.resp.RespSettings;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.Steering;
import dev.kvcachepool.cachenode.store.StoreSettings;
import dev.kvcachepool.commandline.secret.NodeLogin;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** Nodes whose values live where they were stored, in this process, over real sockets; the test says who is said to hold what. */
final class NearbyFixture implements AutoCloseable {
    static final int MIB = 1 << 20;
    static final ModelSpec MODEL = new ModelSpec("m", "lmcache-blake3", 256, List.of());

    final List<Node> nodes = new ArrayList<>();
    /** Whom everyone believes to hold whatever is looked up, the first one asked first. */
    final List<Member> holders = new CopyOnWriteArrayList<>();

    final AtomicInteger lookups = new AtomicInteger();
    private final List<Member> members = new ArrayList<>();
    private final CopyPolicy copies;
    private final Duration timeout;

    NearbyFixture(CopyPolicy copies) {
        // Long: a slow machine must not turn hits into misses. What tests of failures wait for is shorter.
        this(copies, Duration.ofSeconds(10));
    }

    NearbyFixture(CopyPolicy copies, Duration timeout) {
        this.copies = copies;
        this.timeout = timeout;
    }

    Node start(int mebibytes) {
        var node = new Node("node-" + nodes.size(), mebibytes);
        nodes.add(node);
        join(node.member(NodeState.SERVING));
        return node;
    }

    void join(Member member) {
        members.removeIf(known -> known.id().equals(member.id()));
        members.add(member);
        nodes.forEach(node -> node.placement.adopt(members));
    }

    /** A key of LMCache's, whole and of one rank. */
    static String key(int chunk) {
        return "m@01000100@0@%08x%056d".formatted(chunk, 0);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] content(int seed, int size) {
        var bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
    }

    /** One node. */
    final class Node implements AutoCloseable {
        final HolderId id;
        final PagedArena arena;
        final BlockStore store;
        final Placement placement;
        final Peers peers = new Peers(PeerSettings.of(timeout, NodeLogin.NONE, null));
        final Nearby nearby;
        final RespServer server;
        private boolean closed;

        Node(String name, int mebibytes) {
            this.id = new HolderId(name);
            this.arena = new PagedArena((long) mebibytes * MIB);
            var steering = new Steering(List.of(MODEL), new SaltKey("test"));
            this.store =
                    new BlockStore(arena, steering, StoreSettings.of(Duration.ofSeconds(30), 64 * MIB, Duration.ZERO));
            this.placement = new Placement(id, Duration.ZERO, System::nanoTime);
            this.nearby = new Nearby(
                    store,
                    steering,
                    placement,
                    peers,
                    this::holders,
                    NearbySettings.of(timeout, copies, arena.capacityBytes()),
                    () -> {});
            try {
                this.server = new RespServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        RespSettings.DEFAULTS,
                        store,
                        nearby);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server.start();
        }

        private List<List<Member>> holders(List<Sought> values, long endNanos) {
            lookups.incrementAndGet();
            var others =
                    holders.stream().filter(member -> !member.id().equals(id)).toList();
            return values.stream().map(value -> others).toList();
        }

        Member member(NodeState state) {
            return new Member(id, 1, state, "127.0.0.1", server.port());
        }

        Jedis client() {
            return new Jedis(
                    new HostAndPort("127.0.0.1", server.port()),
                    DefaultJedisClientConfig.builder()
                            .socketTimeoutMillis(30_000)
                            .build());
        }

        boolean holds(String key) {
            return store.length(bytes(key)) >= 0;
        }

        long commands(String name) {
            return server.counters().commands(name);
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            server.close();
            peers.close();
            Awaitility.await().pollInterval(Duration.ofMillis(2)).until(() -> server.connections() == 0);
            arena.close();
        }
    }
}
