package dev.kvcachepool.router.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PickerAnswerTest extends ExchangeOfTwoEngines {
    @Test
    void theAnswerGoesThroughAndEndsTheBooking() {
        // Given
        driven.completion(STREAMING);
        driven.choose();
        outlet.sent.clear();

        // When
        driven.answer(200, false);
        driven.answerBody("data: 1\n\n", false);
        driven.answerBody("x".repeat(70_000), true);

        // Then
        assertThat(outlet.sent.getFirst()).isInstanceOf(Outbound.PassResponseHeaders.class);
        assertThat(outlet.bytes(Direction.RESPONSE).size()).isEqualTo(70_009);
        assertThat(outlet.sent(Outbound.PassBody.class))
                .extracting(Outbound.PassBody::end)
                .containsExactly(false, false, true);
        assertThat(pool.outstanding()).isZero();
        assertThat(driven.registry.find("kvcachepool.router.ttft").timer().count())
                .isEqualTo(1);
    }

    @Test
    void theAnswersTrailersGoThroughAndEndTheBooking() {
        // Given
        driven.completion(STREAMING);
        driven.choose();
        driven.answer(200, false);

        // When
        driven.exchange.on(new Inbound.Trailers(Direction.RESPONSE));

        // Then
        assertThat(outlet.sent.getLast()).isEqualTo(new Outbound.PassTrailers(Direction.RESPONSE));
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void aStreamThatTheGatewayForgetsToCloseIsClosed() {
        // Given
        driven.completion(STREAMING);
        driven.choose();
        driven.answer(200, true);
        assertThat(outlet.completed).isFalse();

        // When
        driven.advance(HandDriven.REQUEST.bodyPace().plusSeconds(1));

        // Then
        assertThat(outlet.completed).isTrue();
    }

    @Test
    void theBookingMovesToTheEndpointThatServed() {
        // Given
        driven.completion(STREAMING);
        driven.choose();
        var named = outlet.sent(Outbound.Route.class).getFirst().destinations().split(",", -1);
        var first = pool.endpoints().all().get(named[0].startsWith("10.0.0.1") ? 0 : 1);

        // When
        driven.answer(200, named[1], false, false);

        // Then
        assertThat(pool.outstanding()).isEqualTo(1);
        assertThat(first.admits()).as("the first could not be reached").isFalse();
        assertThat(outlet.sent.getLast()).isEqualTo(new Outbound.PassResponseHeaders(true, named[1]));
    }

    @Test
    void anEndpointThatTheGatewayCannotReachIsLeftOut() {
        // Given
        driven.completion(STREAMING);
        driven.choose();

        // When
        driven.answer(503, "", true, true);

        // Then
        assertThat(pool.endpoints().all())
                .filteredOn(endpoint -> !endpoint.admits())
                .hasSize(1);
    }

    @Test
    void theGatewaysOwnAnswerMayComeBeforeTheChoice() {
        // Given
        driven.completion(STREAMING);
        driven.answer(408, "", true, true);

        // When
        driven.choose();

        // Then
        assertThat(outlet.sent).singleElement().isInstanceOf(Outbound.PassResponseHeaders.class);
        assertThat(driven.outcome("given-up")).isEqualTo(1);
    }

    @Test
    void aClientThatHangsUpEndsTheBooking() {
        // Given
        driven.completion(STREAMING);
        driven.choose();
        driven.answer(200, false);

        // When
        driven.exchange.gone();

        // Then
        assertThat(pool.outstanding()).isZero();
        assertThat(pool.expected(1, 2, 3, 4, 5, 6, 7, 8))
                .as("blocks that will not come")
                .isZero();
        assertThat(driven.outcome("given-up")).isEqualTo(1);
    }

    @Test
    void aChoiceThatComesAfterTheClientHasGoneIsGivenBack() {
        // Given
        driven.completion(STREAMING);
        driven.exchange.gone();

        // When
        driven.choose();

        // Then
        assertThat(outlet.sent).isEmpty();
        assertThat(pool.outstanding()).isZero();
    }
}
