package dev.kvcachepool.cachenode.lm;

import static dev.kvcachepool.cachenode.lm.LmBytes.EXIST;
import static dev.kvcachepool.cachenode.lm.LmBytes.GET;
import static dev.kvcachepool.cachenode.lm.LmBytes.HEALTH;
import static dev.kvcachepool.cachenode.lm.LmBytes.MISS;
import static dev.kvcachepool.cachenode.lm.LmBytes.PUT;
import static dev.kvcachepool.cachenode.lm.LmBytes.YES;
import static dev.kvcachepool.cachenode.lm.LmBytes.payload;
import static dev.kvcachepool.cachenode.lm.LmBytes.put;
import static dev.kvcachepool.cachenode.lm.LmBytes.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.store.PutOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no honest client sends, and what there is no room for. */
class LmLiesTest {
    private final LmFixture fixture = new LmFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, (1 << 30) + 1, Integer.MAX_VALUE})
    void aLengthThatCannotBePassedOverEndsTheConnection(int length) throws IOException {
        try (var client = fixture.connect()) {
            // When
            client.send(request(PUT, length, "k"));
            // Then
            assertThat(client.receive(1)).isEmpty();
        }
        assertThat(fixture.counters.protocolErrors()).isEqualTo(1);
        assertThat(fixture.store.keys()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6, -1, 0x01000000, Integer.MAX_VALUE})
    void anUnknownCommandEndsTheConnectionAfterWhatWasAskedBefore(int command) throws IOException {
        try (var client = fixture.connect()) {
            // When
            client.send(request(HEALTH, ""), request(command, "k"));
            // Then
            assertThat(client.receive(LmBytes.REPLY)).isEqualTo(YES);
            assertThat(client.receive(1)).isEmpty();
        }
        assertThat(fixture.counters.protocolErrors()).isEqualTo(1);
        assertThat(fixture.counters.commands(ProtocolCounters.UNKNOWN)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {LmFixture.MOST + 1, 20 << 20, 10 << 20})
    void aValueThatIsTooLargeIsTakenAndDroppedTogetherWithTheOldOne(int length) throws IOException {
        try (var client = fixture.connect()) {
            // Given
            client.send(put("k", payload(10, 1)));
            // When
            client.send(put("k", new byte[length]));
            // Then
            assertThat(client.ask(request(GET, "k"))).isEqualTo(MISS);
            assertThat(client.ask(request(HEALTH, ""))).isEqualTo(YES);
        }
        assertThat(fixture.counters.valuesDropped()).isEqualTo(1);
        assertThat(fixture.counters.protocolErrors()).isZero();
        assertThat(fixture.arena.usedBytes()).isZero();
        assertThat(fixture.store.tier().inFlightBytes()).isZero();
    }

    @Test
    void aPutThatEndsTooEarlyStoresNothingAndHoldsNothing() throws IOException {
        // Given
        try (var client = fixture.connect()) {
            client.send(request(PUT, 5 << 20, "k"), new byte[3 << 20]);
            // When
            client.socket.shutdownOutput();
            assertThat(client.receive(1)).isEmpty();
        }
        // Then
        await().atMost(Duration.ofSeconds(60)).until(() -> fixture.server.connections() == 0);
        assertThat(fixture.store.keys()).isZero();
        assertThat(fixture.arena.usedBytes()).isZero();
        assertThat(fixture.store.tier().inFlightBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 27, 28, 29, 100})
    void whatAnotherProtocolStoredUnderSuchAKeyIsAMiss(int length) throws IOException {
        // Given
        var key = "klm_bytes".getBytes(StandardCharsets.US_ASCII);
        try (var value = fixture.store.receive(key, length)) {
            var space = value.space();
            if (space != null) {
                space.put("x".repeat(length).getBytes(StandardCharsets.US_ASCII));
            }
            fixture.store.put(key, value, PutOptions.PLAIN);
        }
        try (var client = fixture.connect()) {
            // When
            var reply = client.ask(request(GET, "k"));
            // Then
            assertThat(reply).isEqualTo(MISS);
            assertThat(client.ask(request(EXIST, "k"))).isEqualTo(YES);
        }
    }
}
