package dev.kvcachepool.cachenode.lm;

import static dev.kvcachepool.cachenode.lm.LmBytes.EXIST;
import static dev.kvcachepool.cachenode.lm.LmBytes.GET;
import static dev.kvcachepool.cachenode.lm.LmBytes.HEALTH;
import static dev.kvcachepool.cachenode.lm.LmBytes.LIST;
import static dev.kvcachepool.cachenode.lm.LmBytes.MISS;
import static dev.kvcachepool.cachenode.lm.LmBytes.REPLY;
import static dev.kvcachepool.cachenode.lm.LmBytes.YES;
import static dev.kvcachepool.cachenode.lm.LmBytes.hit;
import static dev.kvcachepool.cachenode.lm.LmBytes.join;
import static dev.kvcachepool.cachenode.lm.LmBytes.payload;
import static dev.kvcachepool.cachenode.lm.LmBytes.put;
import static dev.kvcachepool.cachenode.lm.LmBytes.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the protocol's document says, byte by byte. */
class LmSequencesTest {
    private static final String KEY = "model@4@0@-30edda7dc385d3d7@bfloat16";

    private final LmFixture fixture = new LmFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void whatIsNotThereIsAMissOfNineIntegers() throws IOException {
        try (var client = fixture.connect()) {
            assertThat(client.ask(request(GET, KEY))).isEqualTo(MISS);
            assertThat(client.ask(request(EXIST, KEY))).isEqualTo(MISS);
            assertThat(client.ask(request(HEALTH, ""))).isEqualTo(YES);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 27, 28, 29, 4068, 4069, 65536, 5 << 20})
    void aHitRepeatsWhatThePutSaid(int length) throws IOException {
        var payload = payload(length, length);
        try (var client = fixture.connect()) {
            // Given
            client.send(put(KEY, payload));
            // When
            var head = client.ask(request(GET, KEY));
            // Then
            assertThat(head).isEqualTo(hit(length));
            assertThat(client.receive(length)).isEqualTo(payload);
            assertThat(client.ask(request(EXIST, KEY))).isEqualTo(YES);
        }
    }

    @Test
    void aPutIsNeverAnsweredAndListNeitherIs() throws IOException {
        try (var client = fixture.connect()) {
            // When
            client.send(put(KEY, payload(1000, 1)), request(LIST, ""), put(KEY, payload(5, 2)), request(LIST, KEY));
            // Then the first that comes answers what was asked last
            assertThat(client.ask(request(HEALTH, ""))).isEqualTo(YES);
            assertThat(client.ask(request(GET, KEY))).isEqualTo(hit(5));
            assertThat(client.receive(5)).isEqualTo(payload(5, 2));
        }
        assertThat(fixture.counters.commands("put")).isEqualTo(2);
        assertThat(fixture.counters.commands("list")).isEqualTo(2);
    }

    @Test
    void aKeyIsWhatStandsBeforeItsPadding() throws IOException {
        var longest = "k".repeat(149);
        try (var client = fixture.connect()) {
            // When
            client.send(put(longest, payload(3, 1)), put("k", payload(4, 2)), put("", payload(5, 3)));
            // Then
            assertThat(client.ask(request(GET, longest))).isEqualTo(hit(3));
            assertThat(client.receive(3)).isEqualTo(payload(3, 1));
            assertThat(client.ask(request(EXIST, "k".repeat(148)))).isEqualTo(MISS);
            assertThat(client.ask(request(EXIST, "k"))).isEqualTo(YES);
            assertThat(client.ask(request(EXIST, ""))).isEqualTo(YES);
        }
    }

    @Test
    void aKeyThatMayHaveBeenCutOffNamesNoValue() throws IOException {
        // Given two keys of a client that cuts off what is longer than the field
        var cutOff = "k".repeat(150);
        try (var client = fixture.connect()) {
            // When
            client.send(put(cutOff, payload(3, 1)));
            // Then
            assertThat(client.ask(request(EXIST, cutOff))).isEqualTo(MISS);
            assertThat(client.ask(request(GET, cutOff))).isEqualTo(MISS);
        }
        assertThat(fixture.counters.valuesDropped()).isEqualTo(1);
        assertThat(fixture.store.keys()).isZero();
    }

    @Test
    void bytesMayComeOneByOne() throws IOException {
        var all = join(put(KEY, payload(100, 1)), request(EXIST, KEY), request(GET, KEY));
        try (var client = fixture.connect()) {
            // When
            for (byte b : all) {
                client.send(new byte[] {b});
            }
            // Then
            assertThat(client.receive(REPLY)).isEqualTo(YES);
            assertThat(client.receive(REPLY)).isEqualTo(hit(100));
            assertThat(client.receive(100)).isEqualTo(payload(100, 1));
        }
    }

    @Test
    void aPipelineIsAnsweredInOrder() throws IOException {
        // Given
        var requests = new ByteArrayOutputStream();
        var replies = new ByteArrayOutputStream();
        for (int i = 0; i < 3000; i++) {
            var key = "model@4@0@" + Integer.toHexString(1 + i % 50) + "@half";
            var payload = payload(i * 7 % 5000, i);
            requests.writeBytes(join(put(key, payload), request(GET, key), request(EXIST, key), request(GET, "none")));
            replies.writeBytes(join(hit(payload.length), payload, YES, MISS));
        }
        try (var client = fixture.connect()) {
            // When
            var sender = CompletableFuture.runAsync(() -> {
                try {
                    client.send(requests.toByteArray());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            // Then
            var received = client.receive(replies.size());
            assertThat(Arrays.equals(received, replies.toByteArray())).isTrue();
            sender.join();
        }
    }

    @Test
    void drainingEndsIdleClientsAndLetsAPutFinish() throws Exception {
        var payload = payload(1000, 1);
        try (var idle = fixture.connect();
                var busy = fixture.connect()) {
            // Given
            idle.ask(request(HEALTH, ""));
            busy.send(request(LmBytes.PUT, 1000, KEY), Arrays.copyOf(payload, 500));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> fixture.store.tier().inFlightBytes() > 0);
            // When
            var drained = CompletableFuture.runAsync(() -> fixture.server.drain(Duration.ofSeconds(60)));
            // Then
            assertThat(idle.receive(1)).isEmpty();
            assertThat(drained).isNotDone();
            busy.send(Arrays.copyOfRange(payload, 500, 1000));
            assertThat(busy.receive(1)).isEmpty();
            drained.get();
            assertThat(fixture.store.keys()).isEqualTo(1);
        }
    }
}
