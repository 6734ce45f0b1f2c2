package dev.kvcachepool.cachenode.lm;

import static dev.kvcachepool.cachenode.lm.LmBytes.GET;
import static dev.kvcachepool.cachenode.lm.LmBytes.HEALTH;
import static dev.kvcachepool.cachenode.lm.LmBytes.hit;
import static dev.kvcachepool.cachenode.lm.LmBytes.join;
import static dev.kvcachepool.cachenode.lm.LmBytes.payload;
import static dev.kvcachepool.cachenode.lm.LmBytes.put;
import static dev.kvcachepool.cachenode.lm.LmBytes.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.cachenode.memory.Content;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.StreamedContent;
import dev.kvcachepool.cachenode.net.MemoryChannel;
import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.net.Wire;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.KeyValues;
import dev.kvcachepool.cachenode.store.LocalValues;
import dev.kvcachepool.cachenode.store.Steering;
import dev.kvcachepool.cachenode.store.StoreSettings;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.io.EOFException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which writes a reply goes out, and that of a value which comes from another node meanwhile. */
class LmWritesTest {
    private final PagedArena arena = new PagedArena(16 << 20);
    private final BlockStore store = new BlockStore(
            arena,
            new Steering(List.of(), new SaltKey("test")),
            StoreSettings.of(Duration.ofSeconds(30), 64 << 20, Duration.ZERO));

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 64 << 10, 900 << 10})
    void headAndPayloadGoOutInOneWrite(int length) throws IOException {
        // When
        var channel = serve(new LocalValues(store), join(put("k", payload(length, 1)), request(GET, "k")));
        // Then
        assertThat(channel.writes()).containsExactly(36 + length);
        assertThat(channel.output()).isEqualTo(join(hit(length), payload(length, 1)));
    }

    @Test
    void theHeadNeverGoesOutAlone() throws IOException {
        // When
        var channel = serve(new LocalValues(store), join(put("k", payload(7 << 20, 1)), request(GET, "k")));
        // Then
        assertThat(channel.writes().getFirst()).isGreaterThan(1 << 20);
        assertThat(Arrays.equals(channel.output(), join(hit(7 << 20), payload(7 << 20, 1))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 27, 28, 29, 4096, 1 << 20})
    void aValueFromAnotherNodeIsSentAsItComes(int piece) throws IOException {
        // Given
        var payload = payload(100_000, 1);
        var stored = join(Arrays.copyOfRange(hit(payload.length), 4, 32), payload);
        // When
        var channel = serve(holding(stored, stored.length, piece), join(request(GET, "k"), request(HEALTH, "")));
        // Then
        assertThat(Arrays.equals(channel.output(), join(hit(payload.length), payload, LmBytes.YES)))
                .isTrue();
    }

    @Test
    void whereTheOtherNodeFailsTheConnectionEnds() {
        // Given
        var payload = payload(100_000, 1);
        var stored = join(Arrays.copyOfRange(hit(payload.length), 4, 32), payload);
        // Then
        assertThatThrownBy(() -> serve(holding(stored, 50_000, 1000), request(GET, "k")))
                .isInstanceOf(EOFException.class);
    }

    private static MemoryChannel serve(KeyValues values, byte[] requests) throws IOException {
        var channel = new MemoryChannel(requests, 1 << 20);
        var counters = new ProtocolCounters();
        var protocol = new LmProtocol(gone -> values, 8 << 20, counters);
        protocol.serve(new Wire(channel, counters, Duration.ofSeconds(60), System::nanoTime), 1);
        return channel;
    }

    /** Keys that all have one value, of which {@code there} bytes come, a piece at a time. */
    private static KeyValues holding(byte[] value, int there, int piece) {
        return (KeyValues) Proxy.newProxyInstance(
                KeyValues.class.getClassLoader(), new Class<?>[] {KeyValues.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("get");
                    return streamed(value, there, piece);
                });
    }

    private static Content streamed(byte[] value, int there, int piece) {
        return new StreamedContent() {
            private final ByteBuffer reused = ByteBuffer.allocateDirect(piece);
            private int at;

            @Override
            public ByteBuffer next() throws IOException {
                if (at == there && there < value.length) {
                    throw new EOFException("the other node is gone");
                }
                if (at == value.length) {
                    return null;
                }
                int some = Math.min(piece, there - at);
                reused.clear().put(value, at, some).flip();
                at += some;
                return reused;
            }

            @Override
            public long size() {
                return value.length;
            }

            @Override
            public void release() {}
        };
    }
}
