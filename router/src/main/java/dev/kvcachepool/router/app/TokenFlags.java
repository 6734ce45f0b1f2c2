package dev.kvcachepool.router.app;

import dev.kvcachepool.commandline.FlagTypes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The flags that say how texts become tokens: a picocli mixin. */
final class TokenFlags {
    static final String FORM = "MODEL=PATH, a folder with tokenizer.json or that file, or MODEL=engine";
    private static final Duration LEAST = Duration.ofMillis(10);
    private static final Duration MOST = Duration.ofSeconds(30);
    private static final int MAX_MODELS = 64;

    @Option(
            names = "--tokenizer",
            paramLabel = "MODEL=PATH|engine",
            split = ";",
            converter = ModelSource.class,
            description = "Where the tokens of a model's texts and chats come from: the folder of its tokenizer.json, "
                    + "tokenizer_config.json and chat_template.jinja, read at the start; or engine, to ask an engine's "
                    + "/tokenize. Repeatable; several in one with ';'. Default: none, texts are routed by load.")
    List<Source> sources = List.of();

    @Option(
            names = "--tokenizer-cache",
            paramLabel = "BYTES",
            defaultValue = "128Mi",
            converter = FlagTypes.Bytes.class,
            description =
                    "Heap for the tokens of texts seen before, at least 1Mi: about 1 MiB for each conversation of "
                            + "100,000 tokens. Default ${DEFAULT-VALUE}.")
    long cache;

    @Option(
            names = "--tokenizer-threads",
            paramLabel = "COUNT",
            defaultValue = "2",
            converter = Threads.class,
            description = "Threads that tokenize, 1 to 64. Default ${DEFAULT-VALUE}.")
    int threads;

    @Option(
            names = "--tokenizer-timeout",
            paramLabel = "TIME",
            defaultValue = "1s",
            converter = FlagTypes.Time.class,
            description = "How long an engine's /tokenize may take, 10ms to 30s; then the request is routed by load. "
                    + "Default ${DEFAULT-VALUE}.")
    Duration timeout = Duration.ofSeconds(1);

    /**
     * What the flags come to.
     *
     * @param refuse makes the complaint
     */
    Config config(Function<String, ParameterException> refuse) {
        var byModel = new LinkedHashMap<String, Optional<Path>>();
        for (var source : sources) {
            if (byModel.put(source.model, source.files) != null) {
                throw refuse.apply("--tokenizer names '" + source.model + "' twice; give each model one");
            }
            source.files
                    .filter(path -> !Files.isReadable(Files.isDirectory(path) ? path.resolve("tokenizer.json") : path))
                    .ifPresent(path -> {
                        throw refuse.apply("--tokenizer " + source.model + " is '" + path
                                + "', where no tokenizer.json can be read; give " + FORM);
                    });
        }
        if (byModel.size() > MAX_MODELS) {
            throw refuse.apply("--tokenizer is given for " + byModel.size() + " models; at most " + MAX_MODELS);
        }
        if (cache < 1 << 20) {
            throw refuse.apply("--tokenizer-cache is " + cache + "; give at least 1Mi");
        }
        if (timeout.compareTo(LEAST) < 0 || timeout.compareTo(MOST) > 0) {
            throw refuse.apply("--tokenizer-timeout is " + timeout.toMillis() + "ms; give 10ms to 30s");
        }
        return new Config(byModel, cache, threads, timeout);
    }

    /**
     * How texts become tokens.
     *
     * @param sources by model: its files, or empty to ask an engine
     */
    record Config(Map<String, Optional<Path>> sources, long cacheBytes, int threads, Duration timeout) {}

    record Source(String model, Optional<Path> files) {}

    /** A model and its files, or engine. */
    static final class ModelSource implements ITypeConverter<Source> {
        @Override
        public Source convert(String value) {
            int at = value.indexOf('=');
            if (at < 1 || at == value.length() - 1) {
                throw FlagTypes.refuse(value, FORM);
            }
            var where = value.substring(at + 1);
            return new Source(
                    value.substring(0, at), where.equals("engine") ? Optional.empty() : Optional.of(Path.of(where)));
        }
    }

    static final class Threads implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return FlagTypes.whole(value, 1, 64);
        }
    }
}
