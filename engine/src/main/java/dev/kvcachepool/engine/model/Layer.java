package dev.kvcachepool.engine.model;

import com.github.tjake.jlama.math.ActivationFunction;
import com.github.tjake.jlama.math.VectorMath;
import com.github.tjake.jlama.model.RMSNorm;
import com.github.tjake.jlama.tensor.AbstractTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * One layer over positions that need not be consecutive, many of them in one pass over the layer's weights. Jlama's own block
 * takes consecutive ones, so that scattered ones would take a pass each; and it attends for one position after another, which
 * takes a long prompt 1.6 times as long. Used by one thread at a time, that of its model.
 */
final class Layer {
    private static final ValueLayout.OfFloat FLOATS = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private final Llama llama;
    private final int layer;
    private final ModelShape shape;
    private final Rotation rotation;
    private final Attention attention;
    private final RMSNorm attentionNorm;
    private final RMSNorm mlpNorm;
    private final AbstractTensor<?, ?> queryWeights;
    private final AbstractTensor<?, ?> keyWeights;
    private final AbstractTensor<?, ?> valueWeights;
    private final AbstractTensor<?, ?> outputWeights;
    private final AbstractTensor<?, ?> gateWeights;
    private final AbstractTensor<?, ?> upWeights;
    private final AbstractTensor<?, ?> downWeights;

    Layer(Llama llama, int layer, ModelShape shape, Rotation rotation) {
        this.llama = llama;
        this.layer = layer;
        this.shape = shape;
        this.rotation = rotation;
        this.attention = new Attention(llama, shape);
        this.attentionNorm = llama.norm(layer, "input_layernorm");
        this.mlpNorm = llama.norm(layer, "post_attention_layernorm");
        this.queryWeights = llama.weight(layer, "self_attn.q_proj");
        this.keyWeights = llama.weight(layer, "self_attn.k_proj");
        this.valueWeights = llama.weight(layer, "self_attn.v_proj");
        this.outputWeights = llama.weight(layer, "self_attn.o_proj");
        this.gateWeights = llama.weight(layer, "mlp.gate_proj");
        this.upWeights = llama.weight(layer, "mlp.up_proj");
        this.downWeights = llama.weight(layer, "mlp.down_proj");
    }

    /**
     * How far the keys of some positions are from those in memory, squared.
     *
     * @param input of this layer, [positions][hidden]
     * @param position of its first row; the others follow
     * @param deviations written at the positions
     */
    void deviations(AbstractTensor<?, ?> input, int position, KvMemory memory, float[] deviations) {
        try (AbstractTensor<?, ?> normed = attentionNorm.forward(input);
                AbstractTensor<?, ?> keys = times(normed, keyWeights)) {
            var key = new float[shape.kvWidth()];
            for (int row = 0; row < keys.shape().first(); row++) {
                Tensors.read(keys, row, key);
                rotation.at(position + row).turn(key);
                deviations[position + row] = distance(key, memory.key(layer, position + row));
            }
        }
    }

    /**
     * The layer's output, [positions][hidden], which the caller closes. Writes the positions' keys and values; each position
     * attends to all before it as they are in memory.
     *
     * @param input rows of {@code positions}, one each
     * @param positions ascending
     * @param deviations written at the positions: how far their new keys are from those before; null where nobody asks
     */
    AbstractTensor<?, ?> forward(
            AbstractTensor<?, ?> input, int[] positions, KvMemory memory, float @Nullable [] deviations) {
        try (AbstractTensor<?, ?> attended = attention(input, positions, memory, deviations)) {
            AbstractTensor<?, ?> output = times(attended, outputWeights);
            Tensors.OPERATIONS.accumulate(output, input, 0, shape.hidden());
            try (output) {
                return mlp(output);
            }
        }
    }

    private AbstractTensor<?, ?> attention(
            AbstractTensor<?, ?> input, int[] positions, KvMemory memory, float @Nullable [] deviations) {
        try (AbstractTensor<?, ?> normed = attentionNorm.forward(input);
                AbstractTensor<?, ?> queries = times(normed, queryWeights);
                AbstractTensor<?, ?> keys = times(normed, keyWeights);
                AbstractTensor<?, ?> values = times(normed, valueWeights)) {
            var query = new float[shape.hidden()];
            var key = new float[shape.kvWidth()];
            for (int row = 0; row < positions.length; row++) {
                int position = positions[row];
                var turn = rotation.at(position);
                Tensors.read(queries, row, query);
                turn.turn(query);
                Tensors.row(queries, row).copyFrom(MemorySegment.ofArray(query));
                Tensors.read(keys, row, key);
                turn.turn(key);
                var before = memory.key(layer, position);
                if (deviations != null) {
                    deviations[position] = distance(key, before);
                }
                before.copyFrom(MemorySegment.ofArray(key));
                memory.value(layer, position).copyFrom(Tensors.row(values, row));
            }
            return attention.attend(queries, positions, layer, memory);
        }
    }

    private AbstractTensor<?, ?> mlp(AbstractTensor<?, ?> input) {
        try (AbstractTensor<?, ?> normed = mlpNorm.forward(input);
                AbstractTensor<?, ?> gate = times(normed, gateWeights);
                AbstractTensor<?, ?> up = times(normed, upWeights)) {
            VectorMath.pfor(0, gate.shape().first(), row -> gate(Tensors.row(gate, row), Tensors.row(up, row)));
            AbstractTensor<?, ?> output = times(gate, downWeights);
            Tensors.OPERATIONS.accumulate(output, input, 0, shape.hidden());
            return output;
        }
    }

    private void gate(MemorySegment gate, MemorySegment up) {
        for (int i = 0; i < shape.mlp(); i++) {
            float opened = ActivationFunction.eval(ActivationFunction.Type.SILU, gate.getAtIndex(FLOATS, i));
            gate.setAtIndex(FLOATS, i, opened * up.getAtIndex(FLOATS, i));
        }
    }

    private AbstractTensor<?, ?> times(AbstractTensor<?, ?> input, AbstractTensor<?, ?> weights) {
        AbstractTensor<?, ?> output =
                llama.makeDenseTensor(input.shape().first(), weights.shape().first());
        Tensors.multiply(input, weights, output);
        return output;
    }

    private static float distance(float[] key, MemorySegment before) {
        float sum = 0;
        for (int i = 0; i < key.length; i++) {
            float difference = key[i] - before.getAtIndex(FLOATS, i);
            sum += difference * difference;
        }
        return sum;
    }
}
