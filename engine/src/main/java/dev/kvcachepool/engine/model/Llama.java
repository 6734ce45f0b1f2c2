package dev.kvcachepool.engine.model;

import com.github.tjake.jlama.math.ActivationFunction;
import com.github.tjake.jlama.model.RMSNorm;
import com.github.tjake.jlama.model.llama.LlamaConfig;
import com.github.tjake.jlama.model.llama.LlamaModel;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.WeightLoader;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import com.github.tjake.jlama.tensor.KvBufferCache.KvBuffer;
import java.util.List;
import java.util.Optional;

/** Jlama's Llama with a door to its weights, by which {@link Layer} computes in the place of its blocks. */
final class Llama extends LlamaModel {
    private static final float NORM_EPSILON = 1e-5f;
    /** Generation has no end but its length: with random weights this id means nothing. */
    private static final int NO_TOKEN = -1;

    private final WeightLoader loader;

    Llama(ModelShape shape, WeightLoader weights) {
        super(config(shape), weights, null, DType.F32, DType.F32, Optional.of(DType.F32));
        this.loader = weights;
    }

    private static LlamaConfig config(ModelShape shape) {
        return new LlamaConfig(
                // As far as angles are looked up.
                shape.contextLength() + Rotation.HEAD_STEP * shape.kvHeads(),
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

    /** A tensor of a layer, the one that the layer itself computes with. */
    AbstractTensor<?, ?> weight(int layer, String name) {
        return loader.load("model.layers." + layer + "." + name + ".weight");
    }

    /** A norm of a layer. */
    RMSNorm norm(int layer, String name) {
        return new RMSNorm(this, weight(layer, name));
    }
}
