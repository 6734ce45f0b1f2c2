package dev.kvcachepool.engine.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.engine.blend.BlendSettings;
import dev.kvcachepool.engine.blend.HighestDeviation;
import dev.kvcachepool.engine.model.ModelShape;
import dev.kvcachepool.engine.model.Transformer;
import dev.kvcachepool.engine.pool.ChunkKeys;
import dev.kvcachepool.engine.pool.ChunkSource;
import dev.kvcachepool.engine.pool.ChunkWriter;
import dev.kvcachepool.engine.pool.MovedChunk;
import dev.kvcachepool.engine.pool.ReaderThread;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineTest {
    /** A chunk takes so long to be computed that reading it is always worthwhile. */
    private static final ModelShape SHAPE = new ModelShape(3, 128, 384, 2, 1, 256, 2048, 10_000);

    private static final Transformer MODEL = Transformer.seeded(SHAPE, 11);
    private static final ChunkKeys KEYS = new ChunkKeys("seeded", 32);
    private static final Duration TIMEOUT = Duration.ofMillis(300);

    private final MapPool pool = new MapPool();
    private final List<Engine> engines = new ArrayList<>();

    @AfterEach
    void end() {
        for (var engine : engines) {
            engine.close();
        }
    }

    private Engine plain() throws InterruptedException {
        return kept(new Engine(MODEL, null));
    }

    private Engine kept(Engine engine) {
        engines.add(engine);
        return engine;
    }

    private Engine pooled(ChunkSource source, @Nullable BlendSettings blend) throws InterruptedException {
        var writer = new ChunkWriter(pool, 1000, chunk -> {});
        return kept(
                new Engine(MODEL, new CacheAccess(KEYS, new ReaderThread(source, TIMEOUT.toNanos()), writer, blend)));
    }

    private static int[] text(long seed, int length) {
        return new Random(seed).ints(length, 0, SHAPE.vocabulary()).toArray();
    }

    private record Answer(List<Integer> tokens, Served served) {}

    private static Answer ask(Engine engine, int[] prompt, int maxTokens) {
        var tokens = new ArrayList<Integer>();
        var served =
                engine.answer(new Prompt(prompt, maxTokens, ""), tokens::add).join();
        await().atMost(Duration.ofSeconds(20)).until(() -> engine.storing() == 0);
        return new Answer(tokens, served);
    }

    private static int[] concat(int[]... parts) {
        return List.of(parts).stream().flatMapToInt(IntStream::of).toArray();
    }

    @Test
    void anEngineHasReadBeforeItsFirstPrompt() throws InterruptedException {
        // Given
        var reads = new AtomicInteger();
        var counting = new MapPool() {
            @Override
            public boolean read(byte[] key, int bytes, Predicate<List<ByteBuffer>> taker) {
                boolean read = pool.read(key, bytes, taker);
                reads.addAndGet(read ? 1 : 0);
                return read;
            }

            @Override
            public BitSet held(List<byte[]> keys) {
                return pool.held(keys);
            }
        };

        // When
        var engine = pooled(counting, null);

        // Then it read what it stored itself, and answers as ever
        assertThat(reads).hasPositiveValue();
        assertThat(ask(engine, text(1, 100), 4).tokens())
                .isEqualTo(ask(plain(), text(1, 100), 4).tokens());
    }

    @Test
    void aConversationIsAnsweredAlikeWithAPoolAndMostOfItIsRead() throws InterruptedException {
        // Given
        var plain = plain();
        var pooled = pooled(pool, null);
        var conversation = text(1, 100);
        int read = 0;

        for (int turn = 0; turn < 4; turn++) {
            // When
            var expected = ask(plain, conversation, 20);
            var answer = ask(pooled, conversation, 20);

            // Then
            assertThat(answer.tokens()).isEqualTo(expected.tokens());
            assertThat(answer.served().prefixTokens())
                    .isEqualTo(turn == 0 ? 0 : (conversation.length - 50 - 1) / 32 * 32);
            read += answer.served().prefixTokens();
            var said = answer.tokens().stream().mapToInt(Integer::intValue).toArray();
            conversation = concat(conversation, said, text(100 + turn, 50));
        }
        assertThat(read).isPositive();
    }

    @Test
    void twoEnginesShareWhatOneComputed() throws InterruptedException {
        // Given
        var prompt = text(2, 200);
        var expected = ask(pooled(pool, null), prompt, 5);

        // When
        var answer = ask(pooled(pool, null), prompt, 5);

        // Then
        assertThat(answer.tokens()).isEqualTo(expected.tokens());
        assertThat(answer.served().prefixTokens()).isEqualTo(192);
        assertThat(answer.served().bytesRead()).isEqualTo(192L * SHAPE.kvBytesPerToken());
    }

    @Test
    void aPoolThatHangsCostsItsTimeOutAndNoToken() throws InterruptedException {
        // Given
        var prompt = text(3, 300);
        var expected = ask(pooled(pool, null), prompt, 5);
        var released = new CountDownLatch(1);
        var hanging = new MapPool() {
            @Override
            public boolean read(byte[] key, int bytes, Predicate<List<ByteBuffer>> taker) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return super.read(key, bytes, taker);
            }
        };
        hanging.values.putAll(pool.values);
        var engine = pooled(hanging, null);

        // When
        var tokens = new ArrayList<Integer>();
        var served = engine.answer(new Prompt(prompt, 5, ""), tokens::add).join();
        released.countDown();

        // Then
        assertThat(tokens).isEqualTo(expected.tokens());
        assertThat(served.prefixTokens()).isZero();
    }

    @Test
    void whateverTheReaderMeetsTheTokensAreRight() throws InterruptedException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        // Given
        var prompt = text(seed, 400);
        var expected = ask(plain(), prompt, 8);
        ask(pooled(pool, null), prompt, 1);
        var faulty = new MapPool() {
            @Override
            public BitSet held(List<byte[]> keys) {
                var held = super.held(keys);
                // Some were evicted, and some go between the two questions.
                IntStream.range(0, keys.size())
                        .filter(i -> random.nextInt(6) == 0)
                        .forEach(held::clear);
                return held;
            }

            @Override
            public boolean read(byte[] key, int bytes, Predicate<List<ByteBuffer>> taker) {
                return switch (random.nextInt(5)) {
                    case 0 -> false;
                    case 1 -> super.read(key, bytes + 4, taker);
                    case 2 -> {
                        // The lease ended while it was copied: what was copied is rubbish.
                        var rubbish = new byte[bytes];
                        random.nextBytes(rubbish);
                        var _ = taker.test(List.of(ByteBuffer.wrap(rubbish)));
                        yield false;
                    }
                    default -> super.read(key, bytes, taker);
                };
            }
        };
        faulty.values.putAll(pool.values);
        var engine = pooled(faulty, null);

        for (int round = 0; round < 10; round++) {
            // When
            var answer = ask(engine, prompt, 8);

            // Then
            assertThat(answer.tokens()).as("seed %d", seed).isEqualTo(expected.tokens());
        }
    }

    @Test
    void aSlowPoolAndTheEngineMeetInTheMiddle() throws InterruptedException {
        // Given a pool that takes as long for a chunk as some chunks take to be computed
        var prompt = text(5, 1500);
        var expected = ask(pooled(pool, null), prompt, 3);
        long perChunk = expected.served().firstTokenNanos() / 15;
        var slow = new MapPool() {
            @Override
            public boolean read(byte[] key, int bytes, Predicate<List<ByteBuffer>> taker) {
                java.util.concurrent.locks.LockSupport.parkNanos(perChunk);
                return super.read(key, bytes, taker);
            }
        };
        slow.values.putAll(pool.values);
        var engine = pooled(slow, null);

        // When
        ask(engine, prompt, 3);
        var answer = ask(engine, prompt, 3);

        // Then
        assertThat(answer.tokens()).isEqualTo(expected.tokens());
        assertThat(answer.served().prefixTokens()).isBetween(32, 1500 - 64);
    }

    @Test
    void whatIsFoundElsewhereIsRecomputedAsFarAsAskedFor() throws InterruptedException {
        // Given two documents that were computed in the other order
        var a = text(6, 64);
        var b = text(7, 64);
        var question = text(8, 20);
        var seen = concat(a, b, question);
        ask(pooled(pool, null), seen, 1);
        var prompt = concat(b, a, question);
        var keys = KEYS.of(seen, "");
        var moved = List.of(
                new MovedChunk(keys.get(2), 64, 0),
                new MovedChunk(keys.get(3), 96, 32),
                new MovedChunk(keys.get(0), 0, 64),
                new MovedChunk(keys.get(1), 32, 96));
        var expected = ask(plain(), prompt, 6);
        int stored = pool.values.size();

        // When
        var all = ask(pooled(pool, blend(moved, 1)), prompt, 6);
        var some = ask(pooled(pool, blend(moved, .25)), prompt, 6);

        // Then
        assertThat(all.tokens()).isEqualTo(expected.tokens());
        assertThat(some.served().movedTokens()).isEqualTo(128);
        assertThat(some.served().recomputedTokens()).isEqualTo(32);
        assertThat(pool.values).as("nothing that is not exact is stored").hasSize(stored);
    }

    private static BlendSettings blend(List<MovedChunk> found, double share) {
        return new BlendSettings((prompt, own, salt) -> found, new HighestDeviation(share), 64);
    }

    @Test
    void textThatStandsWhereItStoodAfterOtherTextIsNoPrefix() throws InterruptedException {
        // Given a chunk that stood at the same position after another first chunk
        var a = text(9, 32);
        var b = text(10, 64);
        var seen = concat(a, b);
        ask(pooled(pool, null), concat(seen, text(11, 5)), 1);
        var prompt = concat(text(12, 32), b, text(13, 8));
        var keys = KEYS.of(seen, "");
        var found = List.of(new MovedChunk(keys.get(1), 32, 32), new MovedChunk(keys.get(2), 64, 64));

        // When
        var answer = ask(pooled(pool, blend(found, 1)), prompt, 6);

        // Then
        assertThat(answer.served().prefixTokens()).isZero();
        assertThat(answer.served().movedTokens()).isEqualTo(64);
        assertThat(answer.tokens()).isEqualTo(ask(plain(), prompt, 6).tokens());
    }

    @Test
    void aPromptIsCancelledByWhoListensAndByItsFuture() throws InterruptedException {
        // Given
        var engine = plain();
        var tokens = new ArrayList<Integer>();

        // When
        var unheard = engine.answer(new Prompt(text(14, 40), 500, ""), token -> tokens.add(token) && tokens.size() < 3);
        var cancelled = engine.answer(new Prompt(text(15, 1000), 500, ""), token -> true);
        cancelled.cancel(false);

        // Then
        assertThat(unheard.join().answerTokens()).isEqualTo(3);
        assertThatThrownBy(cancelled::join).isInstanceOf(CancellationException.class);
        await().atMost(Duration.ofSeconds(10)).until(() -> engine.running() + engine.waiting() == 0);
    }

    @Test
    void promptsThatCannotBeAnsweredAreRefusedByName() throws InterruptedException {
        var engine = plain();
        assertThatThrownBy(() -> engine.answer(new Prompt(new int[] {1, 256}, 1, ""), token -> true))
                .hasMessage("prompt has the token 256, allowed are 0 to 255");
        assertThatThrownBy(() -> engine.answer(new Prompt(new int[2000], 49, ""), token -> true))
                .hasMessage("prompt has 2000 tokens and max_tokens is 49, allowed are 2048 together");
        assertThatThrownBy(() -> engine.answer(new Prompt(new int[0], 1, ""), token -> true))
                .hasMessage("a prompt and its answer have at least one token each");
    }
}
