package dev.kvcachepool.engine.app;

import dev.kvcachepool.engine.model.ModelShape;
import picocli.CommandLine.Option;

/** The flags of the model: a picocli mixin. */
final class ShapeFlags {
    @Option(names = "--layers", paramLabel = "COUNT", defaultValue = "16", description = "Default ${DEFAULT-VALUE}.")
    int layers;

    @Option(names = "--hidden", paramLabel = "WIDTH", defaultValue = "512", description = "Default ${DEFAULT-VALUE}.")
    int hidden;

    @Option(names = "--mlp", paramLabel = "WIDTH", defaultValue = "1536", description = "Default ${DEFAULT-VALUE}.")
    int mlp;

    @Option(names = "--heads", paramLabel = "COUNT", defaultValue = "8", description = "Default ${DEFAULT-VALUE}.")
    int heads;

    @Option(names = "--kv-heads", paramLabel = "COUNT", defaultValue = "2", description = "Default ${DEFAULT-VALUE}.")
    int kvHeads;

    @Option(
            names = "--vocabulary",
            paramLabel = "COUNT",
            defaultValue = "8192",
            description = "Default ${DEFAULT-VALUE}.")
    int vocabulary;

    @Option(
            names = "--context-length",
            paramLabel = "TOKENS",
            defaultValue = "8192",
            description = "Of a prompt and its answer at most. Default ${DEFAULT-VALUE}.")
    int contextLength;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "7",
            description =
                    "Of the random weights: engines of one seed and shape are one model. Default ${DEFAULT-VALUE}.")
    long seed;

    ModelShape shape() {
        return new ModelShape(
                layers, hidden, mlp, heads, kvHeads, vocabulary, contextLength, ModelShape.SMALL.ropeTheta());
    }

    /** Names everything that equal keys and values depend on. */
    String modelName() {
        return "seeded-llama-" + shape().label() + "-" + seed;
    }
}
