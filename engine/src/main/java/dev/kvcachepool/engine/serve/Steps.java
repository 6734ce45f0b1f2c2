package dev.kvcachepool.engine.serve;

import dev.kvcachepool.engine.model.KvMemory;
import dev.kvcachepool.engine.model.Transformer;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Computes positions in steps between which a prompt can be cancelled. Confined to the engine's thread. */
final class Steps {
    private final Transformer model;
    private final ComputeSpeed speed = new ComputeSpeed();

    Steps(Transformer model) {
        this.model = model;
    }

    ComputeSpeed speed() {
        return speed;
    }

    /** Positions {@code from} to {@code to} − 1. */
    void fill(int[] tokens, int from, int to, KvMemory memory, BooleanSupplier cancelled) {
        for (int at = from; at < to; at += Transformer.STEP) {
            check(cancelled);
            int end = Math.min(to, at + Transformer.STEP);
            long start = System.nanoTime();
            model.fill(tokens, at, end, memory);
            if (end - at == Transformer.STEP) {
                speed.learn(end - at, System.nanoTime() - start);
            }
        }
    }

    /** As {@link #fill}, and the probabilities of the token after them. */
    float[] compute(int[] tokens, int from, int to, KvMemory memory, BooleanSupplier cancelled) {
        int last = from + (to - from - 1) / Transformer.STEP * Transformer.STEP;
        fill(tokens, from, last, memory, cancelled);
        check(cancelled);
        return model.compute(tokens, last, to, memory);
    }

    static void check(BooleanSupplier cancelled) {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("the prompt was cancelled");
        }
    }
}
