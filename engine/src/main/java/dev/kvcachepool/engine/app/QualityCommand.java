package dev.kvcachepool.engine.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.engine.model.Transformer;
import dev.kvcachepool.engine.quality.QualityCurve;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code engine quality}: a line of JSON for each share. */
@Command(
        name = "quality",
        mixinStandardHelpOptions = true,
        description =
                "How far reuse at other positions changes answers, over the share that is computed anew, beside a full "
                        + "prefill and naive reuse.")
final class QualityCommand implements Callable<Integer> {
    @Option(names = "--prompts", paramLabel = "COUNT", defaultValue = "4", description = "Default ${DEFAULT-VALUE}.")
    int prompts;

    @Option(names = "--documents", paramLabel = "COUNT", defaultValue = "4", description = "Default ${DEFAULT-VALUE}.")
    int documents;

    @Option(
            names = "--document-tokens",
            paramLabel = "COUNT",
            defaultValue = "256",
            description = "Default ${DEFAULT-VALUE}.")
    int documentTokens;

    @Option(
            names = "--shares",
            paramLabel = "SHARE",
            split = ",",
            defaultValue = "0,0.05,0.15,0.3,0.5,0.75,1",
            description = "Default ${DEFAULT-VALUE}.")
    List<Double> shares = List.of();

    @Mixin
    ShapeFlags shape = new ShapeFlags();

    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        if (prompts < 1 || documents < 1 || documentTokens < 1) {
            throw new IllegalArgumentException("--prompts is " + prompts + ", --documents " + documents
                    + " and --document-tokens " + documentTokens + ", allowed is 1 at least");
        }
        Transformer.threads(Runtime.getRuntime().availableProcessors());
        var model = Transformer.seeded(shape.shape(), shape.seed);
        var json = new ObjectMapper();
        for (var point : new QualityCurve(model, documents, documentTokens, shape.seed).measure(prompts, shares)) {
            System.out.println(json.writeValueAsString(point));
        }
        return CommandLine.ExitCode.OK;
    }
}
