package dev.kvcachepool.router.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.router.pick.FakeAdverts;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /v1/holders/{id}/gone}; fake holders are of incarnation 1. */
class GoneRouteTest {
    private final FakeAdverts adverts = new FakeAdverts()
            .node("speaks", Liveness.FRESH, FakeAdverts.MODEL)
            .node("quiet", Liveness.QUIET, FakeAdverts.MODEL)
            .node("ns/silent-0", Liveness.NOT_PICKED, FakeAdverts.MODEL)
            .node("other", "other-pool", Liveness.NOT_PICKED, FakeAdverts.MODEL);
    private final RouterServer router = new RouterServer(adverts, Duration.ofSeconds(10), List.of());

    @AfterEach
    void stop() {
        router.close();
    }

    @Test
    void theLastRowOfASilentNodeIsWrittenAsGone() throws Exception {
        // When
        var response = router.post("/v1/holders/ns%2Fsilent-0/gone", "{\"incarnation\":1}");

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"id\":\"ns/silent-0\"", "\"state\":\"gone\"");
        assertThat(router.gone)
                .extracting(NodeRow::holder)
                .extracting(Object::toString)
                .containsExactly("ns/silent-0");
    }

    @Test
    void oneThatWasDeletedIsBelievedToBeGoneOnceItIsQuiet() throws Exception {
        // When
        var response = router.post("/v1/holders/quiet/gone", "{\"incarnation\":1,\"deleted\":true}");

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(router.gone)
                .extracting(NodeRow::holder)
                .extracting(Object::toString)
                .containsExactly("quiet");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "speaks          | {\"incarnation\":1}           | 409 | speaks",
                "quiet           | {\"incarnation\":1}           | 409 | silent for 60 s",
                "quiet           | {\"incarnation\":1,\"deleted\":false} | 409 | silent for 60 s",
                "speaks          | {\"incarnation\":1,\"deleted\":true}  | 409 | silent for 15 s",
                "ns%2Fsilent-0   | {\"incarnation\":1,\"deleted\":1}     | 400 | deleted is",
                "ns%2Fsilent-0   | {\"incarnation\":2}           | 409 | incarnation is 2, allowed: 1",
                "nobody          | {\"incarnation\":1}           | 404 | id is nobody",
                "other           | {\"incarnation\":1}           | 404 | id is other",
                "ns%2Fsilent-0   | {}                            | 400 | incarnation is missing",
                "ns%2Fsilent-0   | {\"incarnation\":0}           | 400 | incarnation is 0",
                "ns%2Fsilent-0   | {\"incarnation\":1e3}         | 400 | incarnation is a fraction",
                "ns%2Fsilent-0   | {\"incarnation\":99999999999999999999} | 400 | incarnation is 99999999999999999999",
                "ns%2Fsilent-0   | {\"incarnation\":1,\"x\":2}   | 400 | x is given",
            })
    void allElseIsRefused(String id, String body, int status, String why) throws Exception {
        // When
        var response = router.post("/v1/holders/" + id + "/gone", body);

        // Then
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains(why);
        assertThat(router.gone).isEmpty();
    }

    @Test
    void withoutABrokerItIsSaidSo() throws Exception {
        // Given
        router.brokerIsThere = false;

        // When
        var response = router.post("/v1/holders/ns%2Fsilent-0/gone", "{\"incarnation\":1}");

        // Then
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("the broker did not take it");
    }
}
