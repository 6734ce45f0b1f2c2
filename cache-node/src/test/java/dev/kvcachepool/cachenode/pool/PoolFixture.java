package dev.kvcachepool.cachenode.pool;

import dev.kvcachepool.cachenode.access.Access;
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
import dev.kvcachepool.commandline.tls.Tls;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.IntFunction;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** Nodes of a pool in this process, over real sockets; the test says who knows of whom. */
final class PoolFixture implements AutoCloseable {
    static final int MIB = 1 << 20;
    static final Duration WINDOW = Duration.ofMinutes(10);

    final List<Node> nodes = new CopyOnWriteArrayList<>();
    private final Map<String, Member> members = new ConcurrentSkipListMap<>();
    private final int mebibytes;
    /** Who may use each node, by its number. */
    private final IntFunction<Access> accesses;

    private final int maxValueBytes;
    /** With which clients and nodes speak; null without. */
    private @Nullable Tls tls;

    private Duration clientTimeout = RespSettings.DEFAULTS.clientTimeout();
    private int started;

    PoolFixture(int mebibytes) {
        this(mebibytes, node -> Access.open());
    }

    PoolFixture(int mebibytes, IntFunction<Access> accesses) {
        this(mebibytes, accesses, RespSettings.DEFAULTS.maxValueBytes());
    }

    private PoolFixture(int mebibytes, IntFunction<Access> accesses, int maxValueBytes) {
        this.mebibytes = mebibytes;
        this.accesses = accesses;
        this.maxValueBytes = maxValueBytes;
    }

    /** A pool of {@code size} nodes that know one another and have settled. */
    static PoolFixture settled(int size, int mebibytes) {
        return settled(size, mebibytes, RespSettings.DEFAULTS.maxValueBytes());
    }

    /** The same, whose clients may send values of at most so many bytes. */
    static PoolFixture settled(int size, int mebibytes, int maxValueBytes) {
        var fixture = new PoolFixture(mebibytes, node -> Access.open(), maxValueBytes);
        fixture.grow(size);
        fixture.settle();
        return fixture;
    }

    /** The same, over TLS. */
    static PoolFixture settled(int size, int mebibytes, Tls tls) {
        var fixture = new PoolFixture(mebibytes);
        fixture.tls = tls;
        fixture.grow(size);
        fixture.settle();
        return fixture;
    }

    /** One node over TLS whose clients have little time. */
    static PoolFixture impatient(Tls tls) {
        var fixture = new PoolFixture(16);
        fixture.tls = tls;
        fixture.clientTimeout = Duration.ofMillis(300);
        fixture.grow(1);
        fixture.settle();
        return fixture;
    }

    void grow(int size) {
        for (int i = 0; i < size; i++) {
            var node = start();
            member(node, NodeState.SERVING);
        }
        tellAll();
    }

    /** Those that clients may ask. */
    List<Node> entries() {
        return nodes.stream().filter(node -> !node.left).toList();
    }

    void settle() {
        nodes.forEach(node -> node.nanos.addAndGet(WINDOW.toNanos() + 1));
    }

    /** A node that nobody knows yet, and that knows whoever is there. */
    Node start() {
        var node = new Node(started++);
        nodes.add(node);
        node.placement.adopt(members.values());
        return node;
    }

    void member(Node node, NodeState state) {
        members.put(node.id.value(), node.member(state));
    }

    void stranger(Member member) {
        members.put(member.id().value(), member);
    }

    void forget(String id) {
        members.remove(id);
    }

    List<Member> members() {
        return List.copyOf(members.values());
    }

    void tellAll() {
        nodes.forEach(this::tell);
    }

    void tell(Node node) {
        node.placement.adopt(members());
    }

    /** The home of a key, as the first node sees it. */
    Node homeOf(String key) {
        var home = nodes.getFirst().placement.route(bytes(key)).home();
        return nodes.stream()
                .filter(node -> home != null && node.id.equals(home.id()))
                .findFirst()
                .orElseThrow();
    }

    /** A key that lives at {@code node}. */
    String keyAt(Node node, String prefix) {
        for (int i = 0; ; i++) {
            if (homeOf(prefix + i).equals(node)) {
                return prefix + i;
            }
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
    }

    /** One node. */
    final class Node implements AutoCloseable {
        final HolderId id;
        final Access access;
        final AtomicLong nanos = new AtomicLong(1);
        final PagedArena arena = new PagedArena((long) mebibytes * MIB);
        final BlockStore store;
        final Placement placement;
        final Peers peers;
        final Pool pool;
        final RespServer server;
        /** Held for reading by clients in the middle of a request, so that a test ends no node under them. */
        final ReentrantReadWriteLock inUse = new ReentrantReadWriteLock();

        volatile boolean left;
        private boolean closed;

        Node(int number) {
            this.id = new HolderId("node-" + number);
            this.access = accesses.apply(number);
            this.store = new BlockStore(
                    arena,
                    new Steering(List.of(), new SaltKey("test")),
                    StoreSettings.of(Duration.ofSeconds(30), 64 * MIB, Duration.ZERO));
            this.placement = new Placement(id, WINDOW, nanos::get);
            this.peers = new Peers(PeerSettings.defaults(access.peers(), tls));
            this.pool = new Pool(store, placement, peers, WINDOW);
            var settings = settings(access);
            try {
                this.server = new RespServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), settings, store, pool);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (tls != null) {
                server.secure(tls);
            }
            server.start();
        }

        Member member(NodeState state) {
            return new Member(id, 1, state, "127.0.0.1", server.port());
        }

        /** Logged in as this node itself would at others. */
        Jedis client() {
            var config = DefaultJedisClientConfig.builder().socketTimeoutMillis(10_000);
            var logins = access.peers().attempts();
            if (!logins.isEmpty()) {
                var login = logins.getFirst();
                config.user(login.size() == 1 ? null : login.getFirst()).password(login.getLast());
            }
            return new Jedis(new HostAndPort("127.0.0.1", server.port()), config.build());
        }

        boolean holds(String key) {
            return store.length(bytes(key)) >= 0;
        }

        @Override
        public synchronized void close() {
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

    private RespSettings settings(Access access) {
        var plain = RespSettings.DEFAULTS;
        return new RespSettings(
                plain.maxConnections(),
                maxValueBytes,
                plain.maxKeyBytes(),
                plain.maxArguments(),
                plain.maxInlineBytes(),
                clientTimeout,
                access,
                plain.advertisedHost(),
                plain.version());
    }

    /** A value that says whose it is in every eight bytes. */
    static byte[] content(int key, long version, int size) {
        var buffer = java.nio.ByteBuffer.allocate(size);
        while (buffer.remaining() >= 8) {
            buffer.putLong((long) key << 32 | version);
        }
        return buffer.array();
    }
}
