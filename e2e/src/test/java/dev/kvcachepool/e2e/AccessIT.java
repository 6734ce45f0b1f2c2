package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.e2e.observe.Scrape;
import dev.kvcachepool.e2e.process.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisException;

/** Two tenants of a Pooled pool of two nodes, whose passwords change while they use it. */
class AccessIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CHAT = "chat-password-";
    private static final String OTHER = "other-password-1";
    private static final String OPS = "ops-password-1";
    private static final String POOL = "secret-of-the-pool-";
    private static final String SALT = "salt-of-chat-77";
    private static final String OTHER_SALT = "salt-of-other-31";
    private static final int CLIENTS = 2;
    private static final int MORE_CLIENTS = 6;
    /** A connection is used so often, then its client logs in anew. */
    private static final int CALLS = 20;

    private final Path work = Fixture.work("access");
    private final List<MountedSecret> secrets = new ArrayList<>();
    private final List<Program> nodes = new ArrayList<>();
    private final List<Thread> clients = new ArrayList<>();
    /** How often each client has logged in. */
    private final List<AtomicLong> rounds = new CopyOnWriteArrayList<>();

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong calls = new AtomicLong();
    private volatile String password = CHAT + 1;
    private volatile boolean stopping;

    @Test
    void noCallFailsWhilePasswordsAreRotatedAndTenantsDoNotSeeOneAnother() throws Exception {
        try {
            // Given two nodes, each with a Secret that it sees change at its own time
            var pool = Fixture.newPool();
            for (int number = 0; number < 2; number++) {
                var folder = Files.createDirectory(work.resolve("secret-" + number));
                secrets.add(new MountedSecret(folder, users(1), POOL + "1\n"));
                nodes.add(node(number, pool));
            }
            for (var node : nodes) {
                await().atMost(PATIENCE).until(() -> Scrape.value(node, "kvcachepool_pool_members") == 2);
            }
            tenantsDoNotSeeOneAnother();
            start(CLIENTS);

            // When a tenant's password is rotated
            rotate(2, 1);
            password = CHAT + 2;
            awaitLogins();
            rotate(2);
            // Then the former one is no good any more, and the next one is everywhere
            for (var node : nodes) {
                assertThatThrownBy(() -> connect(node, "chat", CHAT + 1).close())
                        .isInstanceOf(JedisAccessControlException.class)
                        .hasMessageContaining("WRONGPASS");
            }

            // When the pool's is, and nodes open connections to one another while only one knows the next
            pool(0, 2, 1);
            start(MORE_CLIENTS);
            await().atMost(PATIENCE).until(() -> refusedLogins(1) > 1);
            pool(1, 2, 1);
            pool(0, 2);
            pool(1, 2);
            long before = calls.get();
            await().atMost(PATIENCE).until(() -> calls.get() > before + 10L * CALLS || !failures.isEmpty());

            // Then
            stop();
            System.out.println("AccessIT " + calls.get() + " calls");
            assertThat(failures).isEmpty();
            assertSilent();
        } finally {
            stop();
            nodes.forEach(Program::close);
        }
    }

    private void tenantsDoNotSeeOneAnother() {
        var key = key(SALT, 0);
        try (var chat = connect(nodes.getFirst(), "chat", CHAT + 1);
                var other = connect(nodes.getLast(), "other", OTHER);
                var ops = connect(nodes.getLast(), "ops", OPS)) {
            // When
            chat.set(key, "mine");
            other.set(key(OTHER_SALT, 0), "theirs");
            // Then
            assertThat(ops.get(key)).isEqualTo("mine");
            for (var node : nodes) {
                try (var foreign = connect(node, "other", OTHER)) {
                    assertRefused(() -> foreign.get(key));
                    assertRefused(() -> foreign.exists(key));
                    assertRefused(() -> foreign.mget(key(OTHER_SALT, 0), key));
                    assertRefused(() -> foreign.set(key, "overwritten"));
                    assertRefused(() -> foreign.del(key));
                    assertRefused(foreign::flushAll);
                    assertThat(foreign.scan("0").getResult()).isSubsetOf(key(OTHER_SALT, 0));
                    assertThat(foreign.get(key(OTHER_SALT, 0))).isEqualTo("theirs");
                }
            }
            assertThat(chat.get(key)).isEqualTo("mine");
        }
    }

    private static void assertRefused(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOf(JedisAccessControlException.class)
                .hasMessageStartingWith("NOPERM");
    }

    private static String key(String salt, int number) {
        return new String(Chunks.key(number), StandardCharsets.UTF_8) + "@" + salt;
    }

    private static String users(int... passwords) {
        var own = new ArrayList<String>();
        for (int password : passwords) {
            own.add(CHAT + password);
        }
        return """
                users:
                - {name: chat, passwords: %s, salts: [%s]}
                - {name: other, passwords: [%s], salts: [%s]}
                - {name: ops, passwords: [%s], allSalts: true}
                """.formatted(own, SALT, OTHER, OTHER_SALT, OPS);
    }

    /** Gives both nodes a users' file with these passwords of one tenant. */
    private void rotate(int... passwords) throws IOException {
        double first = applied(0, "users");
        double second = applied(1, "users");
        for (var secret : secrets) {
            secret.users(users(passwords));
        }
        awaitApplied(0, "users", first);
        awaitApplied(1, "users", second);
    }

    /** Gives one node these passwords of the pool. */
    private void pool(int number, int... passwords) throws IOException {
        var lines = new StringBuilder();
        for (int one : passwords) {
            lines.append(POOL).append(one).append('\n');
        }
        double before = applied(number, "pool-password");
        secrets.get(number).poolPasswords(lines.toString());
        awaitApplied(number, "pool-password", before);
    }

    private void awaitApplied(int number, String file, double before) {
        await().atMost(PATIENCE).until(() -> applied(number, file) > before);
    }

    private double applied(int number, String file) {
        return scraped(number, "kvcachepool_access_reloads_total{file=\"" + file + "\",outcome=\"applied\"}");
    }

    private double refusedLogins(int number) {
        return scraped(number, "kvcachepool_access_logins_refused_total");
    }

    private double scraped(int number, String series) {
        try {
            return Scrape.value(nodes.get(number), series);
        } catch (Exception e) {
            throw new AssertionError(series, e);
        }
    }

    private Program node(int number, String pool) {
        var flags = List.of(
                "--resp-port",
                "0",
                "--http-port",
                "0",
                "--listen-address",
                "127.0.0.1",
                "--advertised-address",
                "127.0.0.1",
                "--node-id",
                "access-" + number,
                "--kafka",
                Fixture.broker().address(),
                "--pool",
                pool,
                "--placement",
                "Pooled",
                "--host-size",
                "64Mi",
                "--users-file",
                secrets.get(number).usersFile(),
                "--pool-password-file",
                secrets.get(number).poolPasswordFile());
        var environment = Map.of("KVP_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Dquarkus.log.level=DEBUG");
        return Program.start(Fixture.ROOT, "cache-node", flags, environment, log(number));
    }

    private Path log(int number) {
        return work.resolve("log-" + number);
    }

    private void start(int count) {
        for (int i = 0; i < count; i++) {
            int client = clients.size();
            rounds.add(new AtomicLong());
            clients.add(Thread.ofVirtual().start(() -> use(client)));
        }
    }

    /** Until each client has logged in with what it has been told by now. */
    private void awaitLogins() {
        for (var round : rounds) {
            long before = round.get();
            await().atMost(PATIENCE).until(() -> round.get() > before + 1);
        }
    }

    private void stop() throws InterruptedException {
        stopping = true;
        for (var client : clients) {
            client.join();
        }
    }

    /** Writes at one node and reads at the other, without pause, on keys of the client's own. */
    private void use(int client) {
        while (!stopping) {
            long round = rounds.get(client).get();
            var to = nodes.get((int) (round % 2));
            var from = nodes.get((int) ((round + 1) % 2));
            try (var writer = connect(to, "chat", password);
                    var reader = connect(from, "chat", password)) {
                for (int call = 0; call < CALLS && !stopping; call++) {
                    var key = key(SALT, 1 + client * CALLS + call);
                    var value = client + " " + round + " " + call + " ".repeat(32 << 10);
                    writer.set(key, value);
                    var read = reader.get(key);
                    if (!value.equals(read)) {
                        failures.add("read " + (read == null ? "nothing" : "another value"));
                    }
                    calls.addAndGet(2);
                }
            } catch (JedisException e) {
                failures.add(String.valueOf(e));
            }
            rounds.get(client).incrementAndGet();
        }
    }

    private static Jedis connect(Program node, String user, String password) {
        return new Jedis(
                HostAndPort.from(node.address("resp")),
                DefaultJedisClientConfig.builder()
                        .socketTimeoutMillis(30_000)
                        .user(user)
                        .password(password)
                        .build());
    }

    private void assertSilent() throws Exception {
        for (int number = 0; number < 2; number++) {
            var said = Files.readString(log(number)) + Scrape.text(nodes.get(number));
            assertThat(said).contains("DEBUG");
            for (var secret : List.of(CHAT, OTHER, OPS, POOL, SALT, OTHER_SALT)) {
                assertThat(said.contains(secret))
                        .as("%s of node %d", secret, number)
                        .isFalse();
            }
        }
    }
}
