package dev.kvcachepool.cachenode.nearby;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.cachenode.key.KeyParser;
import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who holds what by a router's word: one call for many, five milliseconds, and no word is a miss. */
class RouterHoldersTest {
    private static final HolderId SELF = new HolderId("self");

    private final Placement placement = new Placement(SELF, Duration.ZERO, System::nanoTime);
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private LocateClient client;
    private RouterHolders holders;
    private volatile Answer answer = exchange -> {};

    private interface Answer {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/v1/locate", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            try {
                answer.to(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        client = new LocateClient(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), null);
        holders = new RouterHolders(client, placement);
        placement.adopt(IntStream.range(0, 3)
                .mapToObj(i -> new Member(new HolderId("node-" + i), 1, NodeState.SERVING, "127.0.0.1", 1))
                .toList());
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    @Test
    void itNamesTheMembersThatHoldTheRankTheFasterTierFirst() {
        // Given: of a world of two, one node on disk, one in memory, one with the other rank, one that is unknown
        say(200, """
                {"indexReady":true,"holders":[[
                {"node":"node-0","worldSize":2,"ranks":"03","tier":"disk"},
                {"node":"node-1","worldSize":2,"ranks":"02","tier":"host"},
                {"node":"node-2","worldSize":2,"ranks":"01","tier":"host"},
                {"node":"stranger","worldSize":2,"ranks":"03","tier":"host"}]]}""");
        // When
        var found = untilAnswered(sought(1, 1));
        // Then
        assertThat(found).containsExactly("node-1", "node-0");
        assertThat(bodies).hasSize(1);
        assertThat(untilAnswered(sought(1, 0))).containsExactly("node-2", "node-0");
        assertThat(bodies).as("the answer serves the chunk's other rank").hasSize(1);
        assertThat(bodies.getFirst())
                .isEqualTo(
                        "{\"blocks\":[{\"namespace\":\"0000000000000005\",\"hash\":\"0000000000000001000000000000002a\"}]}");
    }

    @Test
    void whatIsAskedWhileCallsAreUnderWayGoesInOne() {
        // Given: as many calls as there may be, which wait
        var mayAnswer = new CountDownLatch(1);
        answer = exchange -> {
            mayAnswer.await();
            int blocks =
                    bodies.stream().mapToInt(RouterHoldersTest::blocksIn).max().orElse(1);
            reply(exchange, 200, "{\"holders\":[" + "[],".repeat(blocks - 1) + "[]]}");
        };
        for (int i = 0; i < 2; i++) {
            assertThat(ask(sought(i, 0))).isEmpty();
        }
        Awaitility.await().until(() -> bodies.size() == 2);
        // When: and many more look-ups
        var many = IntStream.range(10, 110).mapToObj(i -> sought(i, 0)).toList();
        assertThat(holders.of(many, System.nanoTime())).hasSize(100);
        mayAnswer.countDown();
        // Then
        Awaitility.await().until(() -> bodies.size() == 3);
        assertThat(blocksIn(bodies.getLast())).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "500|{}",
                "200|",
                "200|[]",
                "200|{\"holders\":[]}",
                "200|{\"holders\":[[],[]]}",
                "200|{\"holders\":[[{\"node\":\"\",\"worldSize\":1,\"ranks\":\"\",\"tier\":\"host\"}]]}",
                "200|{\"holders\":[[{\"node\":\"a\",\"worldSize\":1,\"ranks\":\"x\",\"tier\":\"host\"}]]}",
                "200|{\"holders\":[[{\"node\":\"a\",\"worldSize\":1,\"ranks\":\"\",\"tier\":\"tape\"}]]}"
            })
    void anAnswerThatMakesNoSenseIsAMissAndAfterAFewNobodyAsksForAWhile(String said) {
        // Given
        int bar = said.indexOf('|');
        say(Integer.parseInt(said.substring(0, bar)), said.substring(bar + 1));
        // When
        for (int i = 0; i < 3; i++) {
            int seen = i + 1;
            assertThat(ask(sought(i, 0))).isEmpty();
            Awaitility.await()
                    .until(() -> holders.counters().failed() == seen
                            || holders.counters().skipped() > 0);
        }
        assertThat(ask(sought(100, 0))).isEmpty();
        // Then
        assertThat(holders.counters().skipped()).isPositive();
        assertThat(bodies).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void aRouterThatIsSlowIsAMissAndItsAnswerServesTheNextLookUp() {
        // Given
        var mayAnswer = new CountDownLatch(1);
        answer = exchange -> {
            mayAnswer.await();
            reply(
                    exchange,
                    200,
                    "{\"holders\":[[{\"node\":\"node-0\",\"worldSize\":1,\"ranks\":\"\",\"tier\":\"host\"}]]}");
        };
        // When
        assertThat(ask(new Sought(key(1, 0), new BlockId(new Namespace(5), new BlockHash(1, 42)))))
                .isEmpty();
        mayAnswer.countDown();
        // Then
        assertThat(holders.counters().late()).isEqualTo(1);
        Awaitility.await().until(() -> holders.counters().answered() == 1);
        assertThat(ask(new Sought(key(1, 0), new BlockId(new Namespace(5), new BlockHash(1, 42)))))
                .containsExactly("node-0");
        assertThat(bodies).hasSize(1);
    }

    @Test
    void aLateAnswerCountsOnceHoweverManyWaitForIt() {
        // Given
        var mayAnswer = new CountDownLatch(1);
        answer = exchange -> {
            mayAnswer.await();
            reply(exchange, 200, "{\"holders\":[[]]}");
        };
        // When: one call that many wait for, one look-up after the other
        for (int i = 0; i < 6; i++) {
            assertThat(ask(sought(1, 0))).isEmpty();
        }
        assertThat(ask(sought(2, 0))).isEmpty();
        // Then
        assertThat(holders.counters().late()).isEqualTo(7);
        assertThat(holders.counters().skipped()).isZero();
        mayAnswer.countDown();
        Awaitility.await().until(() -> holders.counters().answered() == 2);
    }

    /** Slow machines: late answers are found by the next look-up. */
    private List<String> untilAnswered(Sought value) {
        var first = ask(value);
        if (!first.isEmpty()) {
            return first;
        }
        Awaitility.await().until(() -> holders.counters().answered() > 0);
        return ask(value);
    }

    private List<String> ask(Sought value) {
        return holders
                .of(List.of(value), System.nanoTime() + Duration.ofSeconds(10).toNanos())
                .getFirst()
                .stream()
                .map(member -> member.id().value())
                .toList();
    }

    private static Sought sought(int block, int rank) {
        return new Sought(key(2, rank), new BlockId(new Namespace(5), new BlockHash(block, 42)));
    }

    private static EngineKey key(int world, int rank) {
        var text = "m@%02x%02x%02x%02x@0@%064d".formatted(world, rank, world, rank, 0);
        return Objects.requireNonNull(KeyParser.parse(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static int blocksIn(String body) {
        return body.split("namespace", -1).length - 1;
    }

    private void say(int status, String text) {
        answer = exchange -> reply(exchange, status, text);
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
