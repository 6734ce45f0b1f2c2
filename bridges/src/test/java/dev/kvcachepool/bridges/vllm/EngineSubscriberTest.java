package dev.kvcachepool.bridges.vllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Over real sockets. Every message of these engines is a chunk of its own. */
class EngineSubscriberTest implements EngineSubscriber.Watcher {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ModelSpec MODEL = new ModelSpec("m", HashScheme.LMCACHE_BLAKE3.id(), 2, List.of());

    private final EngineBlocks blocks = new EngineBlocks(
            new Lineages("", () -> List.of(MODEL), new SaltKey("k"), ""), 1000, InstantSource.system());
    private final AtomicInteger losses = new AtomicInteger();
    private volatile boolean connected;

    @Override
    public void connected(boolean is) {
        connected = is;
    }

    @Override
    public void lost() {
        losses.incrementAndGet();
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void whatTheEngineSaidBeforeIsAskedFor(Encoding encoding) throws Exception {
        // Given
        try (var engine = FakeEngine.anywhere();
                var subscriber = new EngineSubscriber(engine.address(true), 0, blocks, this)) {
            engine.publish(chunk(encoding, 0));
            engine.publish(chunk(encoding, 1));
            // When
            subscriber.start();
            // Then
            await().atMost(PATIENCE).until(() -> held().size() == 2);
            await().atMost(PATIENCE).until(() -> connected);
            assertThat(losses).hasValue(0);
        }
    }

    @Test
    void whatWasMissedIsAskedFor() throws Exception {
        try (var engine = FakeEngine.anywhere();
                var subscriber = new EngineSubscriber(engine.address(true), 0, blocks, this)) {
            // Given
            followFromItsFirstChunk(engine, subscriber);
            // When
            engine.miss(chunk(Encoding.MAPS, 1));
            awaitSubscribed(engine, 2);
            // Then
            await().atMost(PATIENCE).until(() -> held().size() == 3);
            assertThat(subscriber.counters().gaps()).isPositive();
            assertThat(losses).hasValue(0);
        }
    }

    @Test
    void whatWasSaidBeforeTheSubscriptionWasKnownIsAskedFor() throws Exception {
        try (var engine = FakeEngine.anywhere();
                var subscriber = new EngineSubscriber(engine.address(true), 0, blocks, this)) {
            // Given
            followFromItsFirstChunk(engine, subscriber);
            // When it is said to nobody, and nothing after it
            engine.miss(chunk(Encoding.MAPS, 1));
            // Then
            await().atMost(PATIENCE).until(() -> held().size() == 2);
            assertThat(losses).hasValue(0);
        }
    }

    @Test
    void whereWhatWasMissedIsGoneNothingIsKnown() throws Exception {
        try (var engine = FakeEngine.anywhere();
                var subscriber = new EngineSubscriber(engine.address(true), 0, blocks, this)) {
            // Given
            followFromItsFirstChunk(engine, subscriber);
            var first = held();
            // When
            engine.miss(chunk(Encoding.MAPS, 1));
            engine.forget();
            awaitSubscribed(engine, 2);
            // Then
            await().atMost(PATIENCE).until(() -> held().size() == 1 && !held().equals(first));
            assertThat(losses).hasPositiveValue();
        }
    }

    @Test
    void anEngineThatComesBackHasAnotherCache() throws Exception {
        String events;
        String replay;
        try (var engine = FakeEngine.anywhere()) {
            events = engine.events();
            replay = engine.replay();
            try (var subscriber = new EngineSubscriber(engine.address(true), 0, blocks, this)) {
                // Given
                engine.publish(chunk(Encoding.MAPS, 0));
                engine.publish(chunk(Encoding.MAPS, 1));
                subscriber.start();
                await().atMost(PATIENCE).until(() -> connected && held().size() == 2);
                // When
                engine.stop();
                await().atMost(PATIENCE).until(() -> !connected);
                try (var next = new FakeEngine(events, replay)) {
                    next.publish(chunk(Encoding.MAPS, 7));
                    // Then
                    await().atMost(PATIENCE).until(() -> connected && held().size() == 1);
                    assertThat(losses).hasPositiveValue();
                }
            }
        }
    }

    @Test
    void anEngineWithoutReplayIsFollowedFromWhereItIs() throws Exception {
        try (var engine = FakeEngine.anywhere();
                var subscriber = new EngineSubscriber(engine.address(false), 0, blocks, this)) {
            // Given
            engine.miss(chunk(Encoding.ARRAYS, 0));
            subscriber.start();
            await().atMost(PATIENCE).until(() -> connected);
            // When
            awaitSubscribed(engine, 1);
            // Then
            await().atMost(PATIENCE).until(() -> held().size() == 1);
        }
    }

    @Test
    void aConnectionOnWhichNobodySpeaksIsMadeAnew() throws Exception {
        // Given
        try (var mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var subscriber = new EngineSubscriber(
                        EngineAddress.parse("engine=tcp://127.0.0.1:" + mute.getLocalPort()), 0, blocks, this)) {
            // Half of the default time for a handshake.
            mute.setSoTimeout(15_000);
            subscriber.start();
            try (var first = mute.accept()) {
                // When nothing is said
                try (var second = mute.accept()) {
                    // Then
                    assertThat(second.getPort()).isNotEqualTo(first.getPort());
                }
            }
        }
    }

    @Test
    void aMessageThatCannotBeReadMakesAllUnknown() throws Exception {
        try (var engine = FakeEngine.anywhere();
                var subscriber = new EngineSubscriber(engine.address(true), 0, blocks, this)) {
            // Given
            followFromItsFirstChunk(engine, subscriber);
            // When
            engine.publish(new byte[] {1, 2, 3});
            awaitSubscribed(engine, 3);
            // Then
            await().atMost(PATIENCE).until(() -> subscriber.counters().malformedMessages() == 1);
            await().atMost(PATIENCE).until(() -> held().size() == 1);
            assertThat(losses).hasValue(1);
        }
    }

    private void followFromItsFirstChunk(FakeEngine engine, EngineSubscriber subscriber) {
        engine.publish(chunk(Encoding.MAPS, 0));
        subscriber.start();
        await().atMost(PATIENCE).until(() -> connected && held().size() == 1);
    }

    /** A publisher drops what it sends before it has heard of the subscription: said until it was taken. */
    private void awaitSubscribed(FakeEngine engine, int number) {
        var before = held();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> {
            engine.publish(chunk(Encoding.ARRAYS, number));
            return !held().equals(before);
        });
    }

    private Set<BlockId> held() {
        var held = new HashSet<BlockId>();
        blocks.forEachWhole(held::add);
        return held;
    }

    /** A prompt of two tokens, stored as two blocks of one. */
    private static byte[] chunk(Encoding encoding, int number) {
        var tokens = IntStream.of(number, 1).boxed().toList();
        return encoding.batch(List.of(Encoding.stored(List.of(2L * number, 2L * number + 1), null, tokens, 1)));
    }
}
