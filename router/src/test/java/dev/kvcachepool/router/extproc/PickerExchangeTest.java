package dev.kvcachepool.router.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.kvcachepool.router.pick.Caller;
import dev.kvcachepool.router.pick.FakeAdverts;
import dev.kvcachepool.router.pick.TestPool;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.trace.CallerSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickerExchangeTest extends ExchangeOfTwoEngines {
    @Test
    void nothingIsSaidUntilTheBodyIsWhole() {
        // Given
        driven.headers("/v1/completions", false);

        // When
        driven.body(STREAMING.substring(0, 20), false);

        // Then
        assertThat(outlet.sent).isEmpty();
        assertThat(outlet.asked).isEmpty();
    }

    @Test
    void theRouteComesFirstThenTheBodyAsItWas() {
        // Given
        driven.headers("/v1/completions", false);
        driven.body(STREAMING.substring(0, 20), false);
        driven.body(STREAMING.substring(20), true);

        // When
        driven.choose();

        // Then
        assertThat(outlet.sent.getFirst()).isInstanceOf(Outbound.Route.class);
        assertThat(outlet.bytes(Direction.REQUEST).toStringUtf8()).isEqualTo(STREAMING);
        assertThat(((Outbound.PassBody) outlet.sent.getLast()).end()).isTrue();
        assertThat(pool.outstanding()).isEqualTo(1);
    }

    @Test
    void aLongBodyGoesOnInChunksThatEnvoyTakesWithTheEndOnTheLast() {
        // Given
        var json = "{\"prompt\":\"" + "x".repeat(150_000) + "\"}";
        driven.completion(json);

        // When
        driven.choose();

        // Then
        var chunks = outlet.sent(Outbound.PassBody.class);
        assertThat(chunks).extracting(chunk -> chunk.bytes().size()).allMatch(size -> size <= 62_000);
        assertThat(chunks).extracting(Outbound.PassBody::end).containsExactly(false, false, true);
        assertThat(outlet.bytes(Direction.REQUEST).toStringUtf8()).isEqualTo(json);
    }

    @Test
    void trailersEndTheRequestInsteadOfTheBody() {
        // Given
        driven.headers("/v1/completions", false);
        driven.body(STREAMING, false);
        driven.exchange.on(new Inbound.Trailers(Direction.REQUEST));

        // When
        driven.choose();

        // Then
        assertThat(outlet.sent(Outbound.PassBody.class)).noneMatch(Outbound.PassBody::end);
        assertThat(outlet.sent.getLast()).isEqualTo(new Outbound.PassTrailers(Direction.REQUEST));
    }

    @Test
    void aRequestWithoutBodyIsAnsweredOnItsHeaders() {
        // Given
        driven.headers("/v1/models", true);

        // When
        driven.choose();

        // Then
        assertThat(outlet.sent).singleElement().isInstanceOf(Outbound.Route.class);
    }

    @Test
    void anEmptyBodyIsStillEnded() {
        // Given
        driven.completion("");

        // When
        driven.choose();

        // Then
        assertThat(outlet.sent.getLast()).isEqualTo(new Outbound.PassBody(Direction.REQUEST, ByteString.EMPTY, true));
    }

    @Test
    void thePromptsHolderIsNamedAndThenTheOneToFallBackTo() {
        // Given: the second node holds the prompt
        pool.holds("n1", 1, 2, 3, 4, 5, 6, 7, 8);
        driven.completion(STREAMING);

        // When
        driven.choose();

        // Then
        assertThat(outlet.sent.getFirst()).isEqualTo(new Outbound.Route("10.0.0.2:8000,10.0.0.1:8000", Map.of()));
    }

    @Test
    void theSubsetIsKeptTo() {
        // Given
        driven.headers("/v1/completions", HandDriven.subset("10.0.0.2:8000", "10.9.9.9:1"), BodyModes.UNSAID, false);
        driven.body(STREAMING, true);

        // When
        driven.choose();

        // Then
        assertThat(outlet.sent.getFirst()).isEqualTo(new Outbound.Route("10.0.0.2:8000", Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.9.9.9:8000", "10.0.0.2:8001", ""})
    void aSubsetThatNobodyIsInGets503(String address) {
        // Given
        driven.headers("/v1/completions", HandDriven.subset(address), BodyModes.UNSAID, false);
        driven.body(STREAMING, true);

        // When
        driven.choose();

        // Then
        assertRefused(503);
    }

    @Test
    void anEmptyPoolGets503() {
        // Given
        var nobody = new HandDriven(TestPool.of(new FakeAdverts(), List.of()));
        nobody.completion(STREAMING);

        // When
        nobody.choose();

        // Then
        assertThat(nobody.outlet.sent(Outbound.Refuse.class))
                .extracting(Outbound.Refuse::status)
                .containsExactly(503);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no JSON", "[1]", "{\"prompt\":[1,-2]}", "{\"model\":7}", "{"})
    void aBodyThatIsNoCompletionGets400(String body) {
        // Given
        driven.completion(body);

        // When
        driven.choose();

        // Then
        assertRefused(400);
        assertThat(driven.outcome("400")).isEqualTo(1);
    }

    @Test
    void aBodyThatSaysItIsSomethingElseIsNotRead() {
        // Given
        var head =
                new RequestHead("/v1/audio/transcriptions", "multipart/form-data", 3, Caller.UNSAID, CallerSpan.UNSAID);
        driven.exchange.on(new Inbound.RequestHeaders(head, Subset.ALL, Subset.ALL, BodyModes.UNSAID, false));
        driven.body("--x", true);

        // When
        driven.choose();

        // Then
        assertThat(outlet.sent.getFirst()).isInstanceOf(Outbound.Route.class);
    }

    @Test
    void aGiganticBodyGets413AtOnce() {
        // Given
        driven.headers("/v1/completions", false);
        driven.body("x".repeat(HandDriven.MAX_BODY), false);

        // When
        driven.body("x", false);

        // Then
        assertRefused(413);
    }

    @Test
    void tooManyHeadersGet431() {
        // When
        driven.exchange.on(new Inbound.RequestHeaders(
                new RequestHead("/", "", 101, Caller.UNSAID, CallerSpan.UNSAID),
                Subset.ALL,
                Subset.ALL,
                BodyModes.UNSAID,
                true));

        // Then
        assertRefused(431);
    }

    @Test
    void tooManyStreamsGet429() {
        // Given
        driven.crowded = true;

        // When
        driven.headers("/v1/completions", false);

        // Then
        assertRefused(429);
    }

    @Test
    void tooManyRequestsGet429() throws BadRequest {
        // Given
        var others = new ArrayList<Admission.Pass>();
        for (int i = 0; i < HandDriven.MAX_IN_FLIGHT; i++) {
            others.add(driven.admission.enter());
        }

        // When
        driven.headers("/v1/completions", false);

        // Then
        assertRefused(429);
        others.forEach(Admission.Pass::close);
    }

    @Test
    void aBodyThatStandsStillGets408() {
        // Given
        driven.headers("/v1/completions", false);
        driven.body("{", false);

        // When
        driven.advance(HandDriven.REQUEST.bodyPace());

        // Then
        assertRefused(408);
    }

    @Test
    void silenceEndsTheStream() {
        // Given
        driven.completion(STREAMING);
        driven.choose();

        // When
        driven.advance(HandDriven.REQUEST.silence().plus(Duration.ofSeconds(1)));

        // Then
        assertThat(outlet.failed).isEqualTo(Outlet.Failure.SILENCE);
        assertThat(pool.outstanding()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = BodyModes.Mode.class,
            names = {"STREAMED", "BUFFERED", "BUFFERED_PARTIAL"})
    void aModeInWhichTheGatewayWouldWaitForEverIsRefusedByName(BodyModes.Mode mode) {
        // When
        driven.headers("/v1/completions", Subset.ALL, new BodyModes(mode, BodyModes.Mode.NONE), false);

        // Then
        assertRefused(500);
        assertThat(outlet.sent(Outbound.Refuse.class).getFirst().json().toStringUtf8())
                .contains("request_body_mode", mode.name(), "FULL_DUPLEX_STREAMED");
    }

    @Test
    void aGatewayThatKeepsBodiesIsAnsweredOnHeaders() {
        // Given
        driven.headers("/v1/completions", Subset.ALL, new BodyModes(BodyModes.Mode.NONE, BodyModes.Mode.NONE), false);

        // When
        driven.choose();

        // Then
        assertThat(outlet.sent).singleElement().isInstanceOf(Outbound.Route.class);
    }

    @Test
    void aBodyBeforeItsHeadFailsTheStream() {
        // When
        driven.body("{}", true);

        // Then
        assertThat(outlet.failed).isEqualTo(Outlet.Failure.OUT_OF_ORDER);
    }

    private void assertRefused(int status) {
        assertThat(outlet.sent(Outbound.Refuse.class))
                .extracting(Outbound.Refuse::status)
                .containsExactly(status);
        assertThat(outlet.sent(Outbound.Route.class)).isEmpty();
        assertThat(outlet.completed).isTrue();
    }

    @Test
    void aTenantAboveItsShareIsRefused() {
        // Given one whose work is all there is but one request's
        var text = "{\"prompt\":\"" + "x".repeat(80_000) + "\"}";
        var underWay = List.of(ask("flood", text), ask("flood", text), ask("other", "{\"prompt\":\"x\"}"));

        // When
        var third = ask("flood", text);

        // Then
        var refusal = third.outlet.sent(Outbound.Refuse.class).getFirst();
        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.json().toStringUtf8()).contains("share").doesNotContain("flood");
        assertThat(pool.outstanding()).isEqualTo(3);
        underWay.forEach(one -> one.exchange.closed());
    }

    @Test
    void aHeaderThatIsTooLongIsNamed() {
        // When
        var asked = ask("x".repeat(257), STREAMING);

        // Then
        var refusal = asked.outlet.sent(Outbound.Refuse.class).getFirst();
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.json().toStringUtf8()).contains("header x-gateway-inference-fairness-id is 257 characters");
    }

    private HandDriven ask(String tenant, String json) {
        var one = new HandDriven(pool);
        one.headers(
                new RequestHead("/v1/completions", "application/json", 3, new Caller(tenant, ""), CallerSpan.UNSAID),
                Subset.ALL,
                BodyModes.UNSAID,
                false);
        one.body(json, true);
        one.choose();
        return one;
    }
}
