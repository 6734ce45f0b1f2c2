package dev.kvcachepool.engine.model;

import com.github.tjake.jlama.math.ActivationFunction;
import com.github.tjake.jlama.math.VectorMath;
import com.github.tjake.jlama.model.RMSNorm;
import com.github.tjake.jlama.model.llama.LlamaConfig;
import com.github.tjake.jlama.model.llama.LlamaModel;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.WeightLoader;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import com.github.tjake.jlama.tensor.KvBufferCache.KvBuffer;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import java.util.List;
import java.util.Optional;

/** Jlama's Llama with a door to its layers, one at a time, which partial prefill goes through. */
final class Llama extends LlamaModel {
    private static final float NORM_EPSILON = 1e-5f;
    /** Generation has no end but its length: with random weights this id means nothing. */
    private static final int NO_TOKEN = -1;

    private final RMSNorm secondNorm;
    private final AbstractTensor<?, ?> secondKeys;

    Llama(ModelShape shape, WeightLoader weights) {
        super(config(shape), weights, null, DType.F32, DType.F32, Optional.of(DType.F32));
        this.secondNorm = new RMSNorm(this, weights.load("model.layers.1.input_layernorm.weight"));
        this.secondKeys = weights.load("model.layers.1.self_attn.k_proj.weight");
    }

    private static LlamaConfig config(ModelShape shape) {
        return new LlamaConfig(
                shape.contextLength(),
                shape.hidden(),
                shape.mlp(),
                shape.heads(),
                shape.kvHeads(),
                shape.layers(),
                NORM_EPSILON,
                shape.vocabulary(),
                NO_TOKEN,
                List.of(NO_TOKEN),
                ActivationFunction.Type.SILU,
                shape.ropeTheta(),
                null);
    }

    KvBuffer newBuffer() {
        return kvBuffers().getEphemeralKvBuffer();
    }

    private KvBufferCache kvBuffers() {
        return kvBufferCache;
    }

    /** Embeddings of tokens, [tokens][hidden]; the caller closes them. */
    AbstractTensor<?, ?> embed(int[] tokens, int position) {
        return embedInput.batchInputsToEmbeddings(tokens, position);
    }

    /** One layer over consecutive positions, whose keys and values it writes; the caller closes what it gets. */
    AbstractTensor<?, ?> layer(int layer, AbstractTensor<?, ?> input, int position, KvBuffer memory) {
        return transformerBlocks[layer].forward(input, position, memory);
    }

    /** The second layer's keys for its input before they are turned to their positions, [tokens][kvWidth]. */
    AbstractTensor<?, ?> secondKeys(AbstractTensor<?, ?> input) {
        int width = c.kvLength;
        AbstractTensor<?, ?> keys = makeDenseTensor(input.shape().first(), width);
        try (AbstractTensor<?, ?> normed = secondNorm.forward(input)) {
            VectorMath.pchunk(
                    0,
                    width,
                    (start, length) -> TensorOperationsProvider.get()
                            .dotProductChunk(keys, normed, secondKeys, 0, c.embeddingLength, start, length));
        }
        return keys;
    }
}
