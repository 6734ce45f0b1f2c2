package dev.kvcachepool.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.github.tjake.jlama.tensor.AbstractTensor;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttentionTest {
    private static final ModelShape SHAPE = new ModelShape(2, 128, 128, 4, 2, 64, 1024, 10_000);
    private static final ValueLayout.OfFloat FLOATS = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final Transformer MODEL = Transformer.seeded(SHAPE, 7);

    /** Softmax attention by its definition, in doubles. */
    private static double[] expected(AbstractTensor<?, ?> queries, int row, int position, KvMemory memory) {
        var attended = new double[SHAPE.hidden()];
        for (int head = 0; head < SHAPE.heads(); head++) {
            int at = head * SHAPE.headSize();
            int kvAt = head * SHAPE.kvHeads() / SHAPE.heads() * SHAPE.headSize();
            double sum = 0;
            for (int other = 0; other <= position; other++) {
                double score = 0;
                for (int i = 0; i < SHAPE.headSize(); i++) {
                    score += queries.get(row, at + i) * memory.key(1, other).getAtIndex(FLOATS, kvAt + i);
                }
                double weight = Math.exp(score / Math.sqrt(SHAPE.headSize()));
                sum += weight;
                for (int i = 0; i < SHAPE.headSize(); i++) {
                    attended[at + i] += weight * memory.value(1, other).getAtIndex(FLOATS, kvAt + i);
                }
            }
            for (int i = 0; i < SHAPE.headSize(); i++) {
                attended[at + i] /= sum;
            }
        }
        return attended;
    }

    private static void attends(int[] positions, Random random) {
        try (var memory = MODEL.newMemory(1024);
                AbstractTensor<?, ?> queries = MODEL.llama().makeDenseTensor(positions.length, SHAPE.hidden())) {
            for (int position = 0; position <= positions[positions.length - 1]; position++) {
                for (int i = 0; i < SHAPE.kvWidth(); i++) {
                    memory.key(1, position).setAtIndex(FLOATS, i, (float) random.nextGaussian());
                    memory.value(1, position).setAtIndex(FLOATS, i, (float) random.nextGaussian());
                }
            }
            for (int row = 0; row < positions.length; row++) {
                for (int i = 0; i < SHAPE.hidden(); i++) {
                    queries.set((float) random.nextGaussian(), row, i);
                }
            }

            // When
            try (AbstractTensor<?, ?> attended =
                    new Attention(MODEL.llama(), SHAPE).attend(queries, positions, 1, memory)) {

                // Then
                for (int row = 0; row < positions.length; row++) {
                    var expected = expected(queries, row, positions[row], memory);
                    for (int i = 0; i < SHAPE.hidden(); i++) {
                        assertThat((double) attended.get(row, i))
                                .as("position %d, column %d", positions[row], i)
                                .isCloseTo(expected[i], within(1e-4));
                    }
                }
            }
        }
    }

    @Test
    void runsOfPositionsAttendToAllBeforeThem() {
        // Given runs whose tiles end anywhere
        var random = new Random(3);
        for (int[] run : new int[][] {{0, 1}, {0, 5}, {60, 99}, {0, 64}, {77, 78}, {1000, 1024}}) {
            attends(IntStream.range(run[0], run[1]).toArray(), random);
        }
    }

    @Test
    void scatteredPositionsDoToo() {
        // Given
        var random = new Random(4);
        for (int i = 0; i < 5; i++) {
            attends(
                    random.ints(1 + random.nextInt(64), 0, 700)
                            .distinct()
                            .sorted()
                            .toArray(),
                    random);
        }
    }

    @Test
    void theExponentialIsRightToTheRoundingOfItsArgument() {
        for (float x = 0; x > -87; x -= .0137f) {
            double expected = Math.exp(x);
            assertThat((double) Attention.exp(x))
                    .as("e^%s", x)
                    .isCloseTo(expected, within((4e-7 - 1e-7 * x) * expected));
        }
        assertThat(Attention.exp(-1e30f)).isBetween(0f, 1e-37f);
    }
}
