package dev.kvcachepool.router.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.router.pick.FakeAdverts;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /v1/pins}. */
class PinRouteTest {
    private static final String PIN = "{\"model\":\"llama\",\"mode\":\"pin\",\"seconds\":300,\"tokens\":%s}";

    private final FakeAdverts adverts = new FakeAdverts()
            .node("n0", Liveness.FRESH, FakeAdverts.MODEL)
            .node("n1", Liveness.QUIET, FakeAdverts.MODEL)
            .node("n2", Liveness.NOT_PICKED, FakeAdverts.MODEL);
    private final List<FakeNode> nodes = new ArrayList<>();
    private final RouterServer router = new RouterServer(adverts, Duration.ofSeconds(10), List.of());

    @AfterEach
    void stop() throws IOException {
        router.close();
        for (var node : nodes) {
            node.close();
        }
    }

    private FakeNode serve(String id, Function<List<String>, String> answers) {
        var node = new FakeNode(answers);
        nodes.add(node);
        adverts.serves(id, node.port());
        return node;
    }

    /** An answer of the same number for each hash. */
    private static Function<List<String>, String> all(int number, int head) {
        return command -> "*" + (command.size() - head) + ";" + (":" + number + ";").repeat(command.size() - head);
    }

    private static int[] prompt(int tokens) {
        var prompt = new int[tokens];
        for (int i = 0; i < tokens; i++) {
            prompt[i] = i;
        }
        return prompt;
    }

    private static String json(int[] tokens) {
        return Arrays.stream(tokens).mapToObj(Integer::toString).collect(Collectors.joining(",", "[", "]"));
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return new ObjectMapper().readTree(response.body());
    }

    @Test
    void eachNodeIsAskedForWhatItHoldsAndTheAnswersAreCounted() throws Exception {
        // Given five blocks: three on one node, which has room for two, and two on another
        router.holds("n0", prompt(12));
        router.holds("n1", prompt(8));
        router.holds("n2", prompt(20));
        var first = serve("n0", command -> "*3;:1;:1;:-1;");
        var second = serve("n1", all(1, 3));
        // When
        var response = router.post("/v1/pins", PIN.formatted(json(prompt(20))));
        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        var body = json(response);
        assertThat(body.path("blocks").asInt()).isEqualTo(5);
        assertThat(body.path("heldBlocks").asInt()).isEqualTo(3);
        assertThat(body.path("pinnedBlocks").asInt()).isEqualTo(2);
        assertThat(body.path("nodes").toString())
                .isEqualTo("[{\"node\":\"n0\",\"held\":3,\"pinned\":2,\"refused\":1,\"missing\":0},"
                        + "{\"node\":\"n1\",\"held\":2,\"pinned\":2,\"refused\":0,\"missing\":0}]");
        assertThat(first.commands).element(0).isEqualTo(List.of("AUTH", "secret"));
        var asked = List.copyOf(first.commands).get(1);
        assertThat(asked).startsWith("KVP.PINBLOCKS", "300").hasSize(6);
        assertThat(asked.get(2)).matches("[0-9a-f]{16}");
        assertThat(asked.subList(3, 6)).allMatch(hash -> hash.matches("[0-9a-f]{32}"));
        assertThat(List.copyOf(second.commands).get(1)).isEqualTo(asked.subList(0, 5));
        assertThat(router.counter("pin.blocks", "outcome", "refused")).isEqualTo(1);
        await().until(() -> router.admission.inFlight() == 0);
    }

    @Test
    void passwordsAreShownInTheirOrderUntilANodeKnowsOne() throws Exception {
        // Given a node that has read the next password and one that has not
        router.logins = List.of(List.of("kvcachepool", "next"), List.of("kvcachepool", "former"));
        router.holds("n0", prompt(12));
        router.holds("n1", prompt(8));
        var ahead = serve("n0", all(1, 3));
        ahead.login = List.of("kvcachepool", "next");
        var behind = serve("n1", all(1, 3));
        behind.login = List.of("kvcachepool", "former");
        // When
        var body = json(router.post("/v1/pins", PIN.formatted(json(prompt(12)))));
        // Then
        assertThat(body.path("pinnedBlocks").asInt()).as(body.toString()).isEqualTo(3);
        assertThat(ahead.commands)
                .filteredOn(command -> command.getFirst().equals("AUTH"))
                .hasSize(1);
        assertThat(behind.commands)
                .filteredOn(command -> command.getFirst().equals("AUTH"))
                .hasSize(2);
        // When it knows none
        behind.login = List.of("kvcachepool", "another");
        body = json(router.post("/v1/pins", PIN.formatted(json(prompt(12)))));
        // Then
        assertThat(body.at("/nodes").toString()).contains("WRONGPASS").doesNotContain("former");
    }

    @Test
    void whatIsBeingReadIsNotWarmYet() throws Exception {
        // Given
        router.holds("n0", prompt(8));
        var node = serve("n0", command -> "*2;:1;:2;");
        // When
        var response =
                router.post("/v1/pins", "{\"model\":\"llama\",\"mode\":\"warm\",\"tokens\":" + json(prompt(8)) + "}");
        // Then
        var body = json(response);
        assertThat(body.path("warmBlocks").asInt()).isEqualTo(1);
        assertThat(body.at("/nodes/0/reading").asInt()).isEqualTo(1);
        assertThat(List.copyOf(node.commands).get(1))
                .startsWith("KVP.WARMBLOCKS")
                .hasSize(4);
    }

    @Test
    void anEndedPinIsSaidToBe() throws Exception {
        // Given
        router.holds("n0", prompt(8));
        serve("n0", all(1, 2));
        // When
        var response =
                router.post("/v1/pins", "{\"model\":\"llama\",\"mode\":\"end\",\"tokens\":" + json(prompt(8)) + "}");
        // Then
        assertThat(json(response).path("endedBlocks").asInt()).isEqualTo(2);
    }

    @Test
    void aBlockWhoseRanksAreOnTwoNodesIsPinnedWhenBothHavePinnedIt() throws Exception {
        // Given 64 ranks, half of them on each node
        router.holds("n0", prompt(8));
        router.holds("n1", prompt(8));
        adverts.ranks("n0", ranks(0, 32)).ranks("n1", ranks(32, 64));
        serve("n0", all(1, 3));
        serve("n1", command -> "*2;:1;:-1;");
        // When
        var body = json(router.post("/v1/pins", PIN.formatted(json(prompt(8)))));
        // Then
        assertThat(body.path("heldBlocks").asInt()).isEqualTo(2);
        assertThat(body.path("pinnedBlocks").asInt()).isEqualTo(1);
    }

    private static RankSet ranks(int from, int to) {
        var bits = new BitSet();
        bits.set(from, to);
        return RankSet.of(bits);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    -ERR this node drains;   | it says: ERR this node drains
                    *1;:1;                   | an answer to something else
                    HTTP/1.1 400 Bad Request;| no answer in its protocol
                    *2;:1;:x;                | no answer in its protocol
                    *2;:1;                   | in time
                    """)
    void aNodeThatGivesNoAnswerIsNamedAndKeepsNobodyWaiting(String answer, String problem) throws Exception {
        // Given
        router.holds("n0", prompt(8));
        router.holds("n1", prompt(8));
        serve("n0", command -> answer);
        serve("n1", all(1, 3));
        // When
        var body = json(router.post("/v1/pins", PIN.formatted(json(prompt(8)))));
        // Then
        assertThat(body.path("pinnedBlocks").asInt()).isEqualTo(2);
        assertThat(body.at("/nodes/0/pinned").asInt()).isZero();
        assertThat(body.at("/nodes/0/problem").asText()).matches("(?i).*(" + problem + "|timed out).*");
        await().until(() -> router.admission.inFlight() == 0);
    }

    @Test
    void aNodeThatCantBeReachedIsNamed() throws Exception {
        // Given one without an address, and one that nobody listens at
        router.holds("n0", prompt(8));
        router.holds("n1", prompt(8));
        serve("n1", all(1, 3)).close();
        // When
        var body = json(router.post("/v1/pins", PIN.formatted(json(prompt(8)))));
        // Then
        assertThat(body.path("pinnedBlocks").asInt()).isZero();
        assertThat(body.at("/nodes/0/problem").asText()).isEqualTo("it serves no RESP");
        assertThat(body.at("/nodes/1/problem").asText()).isNotEmpty();
    }

    @Test
    void whatNobodyHoldsIsNoError() throws Exception {
        // When
        var body = json(router.post("/v1/pins", PIN.formatted("[1,2,3,4]")));
        // Then
        assertThat(body.path("blocks").asInt()).isEqualTo(1);
        assertThat(body.path("heldBlocks").asInt()).isZero();
        assertThat(body.path("nodes")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
                    {}                                                             | 400 | mode
                    {"mode":"keep"}                                                | 400 | mode
                    {"mode":"pin","model":"llama","tokens":[1]}                    | 400 | seconds
                    {"mode":"pin","model":"llama","tokens":[1],"seconds":0}        | 400 | seconds
                    {"mode":"pin","model":"llama","tokens":[1],"seconds":86401}    | 400 | seconds
                    {"mode":"end","model":"llama","tokens":[1],"seconds":60}       | 400 | seconds
                    {"mode":"end","tokens":[1]}                                    | 400 | model
                    {"mode":"end","model":"llama"}                                 | 400 | tokens
                    {"mode":"end","model":"llama","tokens":[]}                     | 400 | tokens
                    {"mode":"end","model":"llama","tokens":[-1]}                   | 400 | tokens[0]
                    {"mode":"end","model":"llama","tokens":[1],"prompt":"x"}       | 400 | tokens
                    {"mode":"end","model":"llama","tokens":[1],"endpoints":["e"]}  | 400 | endpoints
                    {"mode":"end","model":"llama","tokens":[1],"follow":true}      | 400 | follow
                    {"mode":"end","model":"other","tokens":[1]}                    | 404 | model
                    {"mode":"end","model":"llama","prompt":"text"}                 | 422 | prompt
                    {"mode":"end","model":"llama","blockHashes":{"scheme":"lmcache-sha256-cbor","hashes":["0000000000000007"]}} | 422 | tokens
                    """)
    void badInputNamesTheField(String body, int status, String field) throws Exception {
        // When
        var response = router.post("/v1/pins", body);
        // Then
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).path("error").path("field").asText()).isEqualTo(field);
        assertThat(json(response).path("error").path("allowed").asText()).isNotEmpty();
    }

    @Test
    void beforeCatchUpNothingIsDone() throws Exception {
        // Given
        adverts.ready(false);
        // When
        var response = router.post("/v1/pins", PIN.formatted("[1,2,3,4]"));
        // Then
        assertThat(response.statusCode()).isEqualTo(503);
    }
}
