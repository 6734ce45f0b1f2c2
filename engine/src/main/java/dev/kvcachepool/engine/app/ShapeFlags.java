package dev.kvcachepool.engine.app;

import dev.kvcachepool.engine.model.ModelShape;
import picocli.CommandLine.Option;

/** The flags of the model: a picocli mixin. */
final class ShapeFlags {
    @Option(names = "--layers", paramLabel = "COUNT", description = "Default ${DEFAULT-VALUE}.")
    int layers = ModelShape.SMALL.layers();

    @Option(names = "--hidden", paramLabel = "WIDTH", description = "Default ${DEFAULT-VALUE}.")
    int hidden = ModelShape.SMALL.hidden();

    @Option(names = "--mlp", paramLabel = "WIDTH", description = "Default ${DEFAULT-VALUE}.")
    int mlp = ModelShape.SMALL.mlp();

    @Option(names = "--heads", paramLabel = "COUNT", description = "Default ${DEFAULT-VALUE}.")
    int heads = ModelShape.SMALL.heads();

    @Option(names = "--kv-heads", paramLabel = "COUNT", description = "Default ${DEFAULT-VALUE}.")
    int kvHeads = ModelShape.SMALL.kvHeads();

    @Option(names = "--vocabulary", paramLabel = "COUNT", description = "Default ${DEFAULT-VALUE}.")
    int vocabulary = ModelShape.SMALL.vocabulary();

    @Option(
            names = "--context-length",
            paramLabel = "TOKENS",
            description = "Of a prompt and its answer at most. Default ${DEFAULT-VALUE}.")
    int contextLength = ModelShape.SMALL.contextLength();

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
