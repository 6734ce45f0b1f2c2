package dev.kvcachepool.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TransformerTest {
    private static final ModelShape SHAPE = new ModelShape(4, 128, 256, 4, 2, 512, 1024, 10_000);
    private static final Transformer MODEL = Transformer.seeded(SHAPE, 7);
    private static final int[] PROMPT = prompt(3, 300);

    private static int[] prompt(long seed, int length) {
        return new Random(seed).ints(length, 0, SHAPE.vocabulary()).toArray();
    }

    private static float[] prefill(int[] tokens, int from, KvMemory memory) {
        float[] next = {};
        for (int at = from; at < tokens.length; at += Transformer.STEP) {
            next = MODEL.compute(tokens, at, Math.min(tokens.length, at + Transformer.STEP), memory);
        }
        return next;
    }

    private static ByteBuffer export(KvMemory memory, int from, int tokens) {
        var chunk = ByteBuffer.allocate(memory.bytes(tokens)).order(ByteOrder.LITTLE_ENDIAN);
        memory.read(from, tokens, chunk);
        return chunk.flip();
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum / 2;
    }

    @Test
    void modelsOfOneSeedAreOneModel() {
        // Given
        var again = Transformer.seeded(SHAPE, 7);
        var another = Transformer.seeded(SHAPE, 8);

        // When
        float[] first;
        float[] second;
        float[] third;
        try (var a = MODEL.newMemory(50);
                var b = again.newMemory(50);
                var c = another.newMemory(50)) {
            first = MODEL.compute(PROMPT, 0, 50, a);
            second = again.compute(PROMPT, 0, 50, b);
            third = another.compute(PROMPT, 0, 50, c);
        }

        // Then
        assertThat(distance(first, second)).isCloseTo(0, within(1e-5));
        assertThat(distance(first, third)).isGreaterThan(.1);
    }

    @Test
    void computesWhatJlamaItselfComputes() {
        // Given
        try (var memory = MODEL.newMemory(100);
                var theirs = MODEL.newMemory(100)) {

            // When
            MODEL.fill(PROMPT, 0, 60, memory);
            var next = MODEL.compute(PROMPT, 60, 99, memory);
            var oneMore = MODEL.compute(PROMPT, 99, 100, memory);

            // Then
            var llama = MODEL.llama();
            try (var first = llama.batchForward(Arrays.copyOf(PROMPT, 99), 0, theirs.buffer());
                    var second = llama.batchForward(new int[] {PROMPT[99]}, 99, theirs.buffer())) {
                assertThat(distance(next, MODEL.next(first))).isCloseTo(0, within(1e-5));
                assertThat(distance(oneMore, MODEL.next(second))).isCloseTo(0, within(1e-5));
            }
        }
    }

    @Test
    void whatWasComputedElsewhereIsAsGoodAsComputedHere() {
        // Given
        try (var there = MODEL.newMemory(400);
                var here = MODEL.newMemory(400)) {
            var expected = prefill(PROMPT, 0, there);

            // When
            for (int at = 0; at < 192; at += 48) {
                var chunk = export(there, at, 48);
                here.write(at, 48, 0, List.of(chunk.slice(0, 1000), chunk.slice(1000, chunk.remaining() - 1000)));
            }
            var next = prefill(PROMPT, 192, here);

            // Then
            assertThat(distance(next, expected)).isCloseTo(0, within(1e-5));
            assertThat(export(here, 100, 150)).isNotEqualTo(ByteBuffer.allocate(here.bytes(150)));
        }
    }

    @Test
    void aTurnedChunkIsThatOfItsNewPosition() {
        // Given the first layer's keys, which depend on token and position alone
        try (var there = MODEL.newMemory(64);
                var here = MODEL.newMemory(400)) {
            MODEL.fill(PROMPT, 0, 64, there);
            var chunk = export(there, 0, 64);
            var shifted = new int[364];
            System.arraycopy(PROMPT, 0, shifted, 300, 64);
            MODEL.fill(shifted, 300, 364, here);

            // When
            new Rotation(SHAPE).turn(chunk, 64, 300);

            // Then
            var expected = export(here, 300, 64).order(ByteOrder.LITTLE_ENDIAN);
            chunk.order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < 64 * SHAPE.kvWidth(); i++) {
                assertThat(chunk.getFloat(4 * i)).isCloseTo(expected.getFloat(4 * i), within(1e-3f));
            }
        }
    }

    @Test
    void theMoreIsRecomputedTheNearerToAFullPrefill() throws InterruptedException {
        // Given two texts that were computed alone
        var first = prompt(21, 128);
        var second = prompt(22, 128);
        var question = prompt(23, 20);
        var whole = new int[276];
        System.arraycopy(first, 0, whole, 0, 128);
        System.arraycopy(second, 0, whole, 128, 128);
        System.arraycopy(question, 0, whole, 256, 20);
        float[] expected;
        try (var memory = MODEL.newMemory(300)) {
            expected = prefill(whole, 0, memory);
        }

        // When
        double naive = distance(blended(first, second, whole, 0), expected);
        double half = distance(blended(first, second, whole, .5), expected);
        double full = distance(blended(first, second, whole, 1), expected);

        // Then
        assertThat(naive).isGreaterThan(.02);
        assertThat(half).isLessThan(naive);
        assertThat(full).isCloseTo(0, within(1e-4));
    }

    private static float[] blended(int[] first, int[] second, int[] whole, double share) throws InterruptedException {
        var rotation = new Rotation(SHAPE);
        try (var a = MODEL.newMemory(128);
                var b = MODEL.newMemory(128);
                var memory = MODEL.newMemory(300)) {
            prefill(first, 0, a);
            prefill(second, 0, b);
            var result = new PartialPrefill(MODEL)
                    .run(
                            whole,
                            0,
                            memory,
                            () -> {
                                memory.write(0, 128, 1, List.of(export(a, 0, 128)));
                                var turned = export(b, 0, 128);
                                rotation.turn(turned, 128, 128);
                                memory.write(128, 128, 1, List.of(turned));
                                var there = new BitSet();
                                there.set(0, 256);
                                return there;
                            },
                            new dev.kvcachepool.engine.blend.HighestDeviation(share),
                            () -> {});
            assertThat(result.reused()).isEqualTo(256);
            assertThat(result.recomputed()).isCloseTo((int) (256 * share), within(2));
            return result.next();
        }
    }

    /** What is decoded afterwards reads the memory, and not what the prefill went by. */
    @Test
    void withAllRecomputedTheMemoryIsThatOfAFullPrefill() throws InterruptedException {
        // Given
        try (var expected = MODEL.newMemory(310);
                var memory = MODEL.newMemory(310)) {
            var next = prefill(PROMPT, 0, expected);

            // When
            var result = new PartialPrefill(MODEL)
                    .run(PROMPT, 0, memory, () -> positions(0, 256), (reused, deviations, last) -> reused, () -> {});

            // Then
            assertThat(distance(result.next(), next)).isCloseTo(0, within(1e-4));
            var text = Arrays.copyOf(PROMPT, 301);
            text[300] = Transformer.greedy(next);
            assertThat(distance(MODEL.compute(text, 300, 301, memory), MODEL.compute(text, 300, 301, expected)))
                    .isCloseTo(0, within(1e-4));
            var keys = export(memory, 0, 300);
            var expectedKeys = export(expected, 0, 300);
            while (keys.hasRemaining()) {
                assertThat(keys.getFloat()).isCloseTo(expectedKeys.getFloat(), within(1e-3f));
            }
        }
    }

    @Test
    void aPartialPrefillEndsBetweenItsStepsAndHarmsNoOther() throws InterruptedException {
        // Given
        var partial = new PartialPrefill(MODEL);
        try (var memory = MODEL.newMemory(300);
                var again = MODEL.newMemory(300)) {
            var expected = partial.run(
                    PROMPT, 0, memory, () -> positions(0, 256), (reused, deviations, last) -> reused, () -> {});
            for (int steps : new int[] {1, 3, 8, 17}) {
                var left = new AtomicInteger(steps);

                // When
                assertThatThrownBy(() -> partial.run(
                                PROMPT, 0, again, () -> positions(0, 256), (reused, deviations, last) -> reused, () -> {
                                    if (left.decrementAndGet() == 0) {
                                        throw new CancellationException();
                                    }
                                }))
                        .isInstanceOf(CancellationException.class);

                // Then
                var result = partial.run(
                        PROMPT, 0, again, () -> positions(0, 256), (reused, deviations, last) -> reused, () -> {});
                assertThat(distance(result.next(), expected.next())).isCloseTo(0, within(1e-6));
            }
        }
    }

    @Test
    void aPromptMayTakeTheWholeContext() {
        // Given
        var shape = new ModelShape(2, 64, 64, 2, 2, 64, 128, 10_000);
        var model = Transformer.seeded(shape, 7);

        // When
        try (var memory = model.newMemory(128)) {
            model.fill(new int[128], 0, 64, memory);
            var next = model.compute(new int[128], 64, 128, memory);

            // Then
            assertThat(next).hasSize(64).doesNotContain(Float.NaN);
        }
    }

    private static BitSet positions(int from, int to) {
        var positions = new BitSet();
        positions.set(from, to);
        return positions;
    }

    @Test
    void impossibleShapesAndSizesAreRefusedByName() {
        assertThatThrownBy(() -> new ModelShape(4, 100, 256, 4, 2, 512, 1024, 10_000))
                .hasMessage("hidden / heads is 25, allowed are multiples of 32");
        assertThatThrownBy(() -> new ModelShape(1, 128, 256, 4, 2, 512, 1024, 10_000))
                .hasMessage("layers is 1, allowed is 2 at least");
        assertThatThrownBy(() -> MODEL.newMemory(1025)).hasMessage("1025 positions, allowed are 1 to 1024");
    }

    @Test
    void freedMemoryIsNotHeldOnTo() {
        // Given
        var memory = MODEL.newMemory(10);
        memory.retain();
        memory.close();
        memory.close();

        // When, Then
        assertThatThrownBy(memory::retain).isInstanceOf(IllegalStateException.class);
    }
}
