package dev.kvcachepool.engine.model;

import com.github.tjake.jlama.math.VectorMath;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.FloatBufferTensor;
import com.github.tjake.jlama.tensor.TensorShape;
import com.github.tjake.jlama.tensor.operations.TensorOperations;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Jlama's tensors of 32-bit floats, [rows][columns]: their rows as memory, and their product. Thread-safe.
 *
 * <p>Jlama 0.8.4's product is wrong in its last rows and columns where neither is a multiple of what its kernel computes at a
 * time: 5 by 5 in its native code, 3 by 4 in its Java code. So rows go through it in numbers that were tried first.
 */
final class Tensors {
    static final TensorOperations OPERATIONS = TensorOperationsProvider.get();

    /** Multiples of both kernels' rows; and one row, which is right for any number of columns. */
    private static final int[] ROWS = rightRows();

    /** Columns that one thread computes at a time. */
    private static final int BLOCK = 64;

    private Tensors() {}

    private static int[] rightRows() {
        int[] right = IntStream.of(60, 15, 3, 1).filter(Tensors::isRight).toArray();
        if (right.length == 0 || right[right.length - 1] != 1) {
            throw new IllegalStateException("Jlama's product is wrong on this machine, even of one row");
        }
        return right;
    }

    /** A row, no copy. */
    static MemorySegment row(AbstractTensor<?, ?> tensor, int row) {
        return rows(tensor, row, 1);
    }

    /** Copies a row out. */
    static void read(AbstractTensor<?, ?> tensor, int row, float[] to) {
        MemorySegment.ofArray(to).copyFrom(row(tensor, row));
    }

    private static MemorySegment rows(AbstractTensor<?, ?> tensor, int first, int count) {
        long bytes = (long) tensor.shape().last() * Float.BYTES;
        return tensor.getMemorySegment()
                .asSlice(tensor.getMemorySegmentOffset(tensor.getOffset(first, 0)), count * bytes);
    }

    private static AbstractTensor<?, ?> view(AbstractTensor<?, ?> tensor, int first, int count) {
        var floats = rows(tensor, first, count)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        return new FloatBufferTensor(
                "rows", floats, TensorShape.of(count, tensor.shape().last()), false);
    }

    /**
     * Input times the transposed weights, on all threads that compute.
     *
     * @param weights [columns of the output][columns of the input]
     * @param output written
     */
    static void multiply(AbstractTensor<?, ?> input, AbstractTensor<?, ?> weights, AbstractTensor<?, ?> output) {
        int width = weights.shape().first();
        int length = input.shape().last();
        VectorMath.pfor(0, (width + BLOCK - 1) / BLOCK, block -> {
            int start = block * BLOCK;
            multiply(output, 0, input, weights, 0, length, start, Math.min(BLOCK, width - start));
        });
    }

    /**
     * Scalar products of all rows of {@code a} and some rows of {@code b}.
     *
     * @param output written: row i's and b's row j at [i][j + column]
     * @param bColumn where a row of b begins
     * @param length of the products: columns 0 to this − 1 of a
     */
    static void multiply(
            AbstractTensor<?, ?> output,
            int column,
            AbstractTensor<?, ?> a,
            AbstractTensor<?, ?> b,
            int bColumn,
            int length,
            int bRow,
            int bRows) {
        int done = 0;
        for (int rows : ROWS) {
            for (; a.shape().first() - done >= rows; done += rows) {
                OPERATIONS.batchDotProduct(
                        view(output, done, rows), view(a, done, rows), b, 0, bColumn, length, column, bRow, bRows);
            }
        }
    }

    /** Tries Jlama's product of so many rows by all numbers of columns that differ in what a kernel leaves. */
    private static boolean isRight(int rows) {
        int columns = BLOCK + 1;
        int length = 32;
        var random = new SplittableRandom(rows);
        var a = random(random, rows, length);
        var b = random(random, columns, length);
        var expected = new float[rows][columns];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                expected[row][column] = dot(a, row, b, column);
            }
        }
        for (int count = 1; count <= columns; count++) {
            var product = new FloatBufferTensor(TensorShape.of(rows, columns));
            OPERATIONS.batchDotProduct(product, a, b, 0, 0, length, 0, 0, count);
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < count; column++) {
                    if (!(Math.abs(product.get(row, column) - expected[row][column]) < 1e-3)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static FloatBufferTensor random(SplittableRandom random, int rows, int columns) {
        var tensor = new FloatBufferTensor(TensorShape.of(rows, columns));
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                tensor.set((float) random.nextGaussian(), row, column);
            }
        }
        return tensor;
    }

    private static float dot(FloatBufferTensor a, int row, FloatBufferTensor b, int other) {
        var x = row(a, row);
        var y = row(b, other);
        float sum = 0;
        for (int i = 0; i < a.shape().last(); i++) {
            sum += x.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i)
                    * y.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i);
        }
        return sum;
    }
}
