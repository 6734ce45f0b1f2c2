package dev.kvcachepool.cachenode.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.cachenode.net.MemoryChannel;
import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.net.Wire;
import dev.kvcachepool.cachenode.net.WireInput;
import dev.kvcachepool.cachenode.net.WireOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RequestMemoryTest {
    private final RequestMemory memory = new RequestMemory(10 << 10);

    @Test
    void whatIsTakenIsMissedByAllUntilItIsGivenBack() {
        // Given
        try (var one = memory.share();
                var other = memory.share()) {
            assertThat(one.take(8 << 10)).isTrue();
            assertThat(other.take(4 << 10)).isFalse();
            assertThat(other.take(2 << 10)).isTrue();
            // When
            one.giveBack();
            // Then
            assertThat(other.take(8 << 10)).isTrue();
        }
        assertThat(memory.taken()).isZero();
    }

    @Test
    void aLongLineIsChargedAsItGrows() throws IOException {
        // Given
        try (var one = memory.share();
                var other = memory.share()) {
            assertThat(input("x".repeat(7000) + "\n").line(64 << 10, one)).hasSize(7000);
            assertThat(memory.taken()).isEqualTo(7 << 10);
            // Then
            assertThatThrownBy(() -> input("x".repeat(7000) + "\n").line(64 << 10, other))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("too much memory");
        }
        assertThat(memory.taken()).isZero();
    }

    private static RespInput input(String text) {
        var channel = new MemoryChannel(text.getBytes(StandardCharsets.US_ASCII), 1000);
        var wire = new Wire(channel, new ProtocolCounters(), Duration.ofSeconds(60), System::nanoTime);
        return new RespInput(
                new WireInput(wire, new WireOutput(wire, ByteBuffer.allocate(100)), ByteBuffer.allocate(1000)));
    }
}
