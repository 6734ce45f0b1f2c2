package dev.kvcachepool.bridges.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zeromq.ZContext;

/** Over real sockets. */
class ZmqReplayTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void aConnectionOnWhichNobodySpeaksIsNotTheOnlyOneTried() throws Exception {
        // Given an engine whose first connection stays mute
        try (var engine = FakeEngine.anywhere();
                var door = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var context = new ZContext(1)) {
            engine.publish(new byte[] {1});
            engine.publish(new byte[] {2});
            var first = new ArrayList<Socket>();
            Thread.ofVirtual().start(() -> open(door, first, URI.create(engine.replay())));
            var replay = new ZmqReplay(
                    context, "tcp://127.0.0.1:" + door.getLocalPort(), Duration.ofSeconds(5), LONG, () -> false);

            // When
            var numbers = new ArrayList<Long>();
            var complete = replay.from(0, (sequence, message) -> numbers.add(sequence));

            // Then
            assertThat(complete).isTrue();
            assertThat(numbers).containsExactly(0L, 1L);
            assertThat(first).hasSize(1);
            first.getFirst().close();
        }
    }

    @Test
    void nobodyThereIsToldAfterTheSilence() {
        try (var context = new ZContext(1)) {
            // Given
            var replay = new ZmqReplay(context, "tcp://127.0.0.1:9", Duration.ofMillis(300), LONG, () -> false);
            // When
            var complete = replay.from(0, (sequence, message) -> true);
            // Then
            assertThat(complete).isFalse();
        }
    }

    /** Keeps the first connection, and leads each further one on. */
    private static void open(ServerSocket door, List<Socket> first, URI to) {
        try {
            first.add(door.accept());
            while (true) {
                lead(door.accept(), new Socket(to.getHost(), to.getPort()));
            }
        } catch (IOException e) {
            // The door was closed.
        }
    }

    private static void lead(Socket from, Socket to) {
        Thread.ofVirtual().start(() -> pump(from, to));
        Thread.ofVirtual().start(() -> pump(to, from));
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One of the two went.
        }
    }
}
