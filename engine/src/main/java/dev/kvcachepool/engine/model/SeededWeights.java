package dev.kvcachepool.engine.model;

import com.github.tjake.jlama.model.DistributedContext;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.TensorInfo;
import com.github.tjake.jlama.safetensors.WeightLoader;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.FloatBufferTensor;
import com.github.tjake.jlama.tensor.TensorShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;

/**
 * Random weights that are the same wherever the seed is: each tensor has a generator of its own, seeded with the model's seed
 * and its name. Computing with them costs what a trained model's would, and gives KV bytes of its size; the text is none.
 *
 * <p>Entries are normal with a variance of 1 / (width of the input), so that activations keep their size from layer to layer.
 * Queries and keys are larger by {@link #SHARPNESS}: with 1 all of a long prompt is attended alike and nothing depends on
 * what stands where, which is no model's way. What a layer adds to the residual stream is smaller by the square root of twice
 * the layers (as Radford et al. initialize GPT-2, 2019): else a rounding error grows from layer to layer until it decides which
 * token comes next, which is no trained model's way either. Thread-safe.
 */
final class SeededWeights implements WeightLoader {
    /** Scores of a query and a key then have a standard deviation of 3 rather than 1. */
    private static final double SHARPNESS = Math.sqrt(3);

    private final ModelShape shape;
    private final long seed;
    private final Map<String, AbstractTensor<?, ?>> tensors = new ConcurrentHashMap<>();

    SeededWeights(ModelShape shape, long seed) {
        this.shape = shape;
        this.seed = seed;
    }

    @Override
    public AbstractTensor<?, ?> load(
            String name, DistributedContext context, boolean sparseRows, boolean sparseColumns) {
        // One of each, whoever asks for it.
        return tensors.computeIfAbsent(name, this::make);
    }

    private AbstractTensor<?, ?> make(String name) {
        int rows = rows(name);
        int columns = name.endsWith("down_proj.weight") ? shape.mlp() : shape.hidden();
        var floats = ByteBuffer.allocateDirect(Math.multiplyExact(rows * Float.BYTES, columns))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        if (rows == 1) {
            while (floats.hasRemaining()) {
                floats.put(1f);
            }
        } else {
            var random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + crc(name));
            double deviation = deviation(name, columns);
            while (floats.hasRemaining()) {
                floats.put((float) (random.nextGaussian() * deviation));
            }
        }
        return new FloatBufferTensor(name, floats.flip(), TensorShape.of(rows, columns), true);
    }

    private double deviation(String name, int columns) {
        var tensor = tensor(name);
        double scale = switch (tensor) {
            // Looked up and not multiplied: of size 1 at once.
            case "embed_tokens.weight" -> Math.sqrt(columns);
            case "q_proj.weight", "k_proj.weight" -> SHARPNESS;
            case "o_proj.weight", "down_proj.weight" -> 1 / Math.sqrt(2.0 * shape.layers());
            default -> 1;
        };
        return scale / Math.sqrt(columns);
    }

    private static String tensor(String name) {
        return name.substring(name.lastIndexOf('.', name.length() - ".weight".length() - 1) + 1);
    }

    private int rows(String name) {
        return switch (tensor(name)) {
            case "embed_tokens.weight", "lm_head.weight" -> shape.vocabulary();
            case "q_proj.weight", "o_proj.weight", "down_proj.weight" -> shape.hidden();
            case "k_proj.weight", "v_proj.weight" -> shape.kvWidth();
            case "gate_proj.weight", "up_proj.weight" -> shape.mlp();
            case "input_layernorm.weight", "post_attention_layernorm.weight", "norm.weight" -> 1;
            default -> throw new IllegalArgumentException("a Llama has no tensor " + name);
        };
    }

    private static long crc(String name) {
        var crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    @Override
    public boolean isWeightPresent(String name) {
        return true;
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    @Override
    public Map<String, TensorInfo> tensorInfoMap() {
        return Map.of();
    }

    @Override
    public DType getModelDType() {
        return DType.F32;
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
