package dev.kvcachepool.bench.tokens;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.kvcachepool.bench.Bench;
import dev.kvcachepool.bench.report.Conditions;
import dev.kvcachepool.bench.report.Results;
import dev.kvcachepool.bench.system.LoadAverage;
import dev.kvcachepool.prefixadvert.hash.BlockHasher;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.router.pick.ChainCache;
import dev.kvcachepool.router.tokens.ChatText;
import dev.kvcachepool.router.tokens.EmbeddedTokenizer;
import dev.kvcachepool.router.tokens.Tokenizers;
import dev.kvcachepool.router.tokens.Workers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * {@code bench tokens}: chats of so many tokens, each a turn longer than the last, by the cached tokenizer and by Hugging Face's
 * library on the whole text. Every list of tokens is compared with the library's; a wrong one fails the run.
 */
@Command(
        name = "tokens",
        mixinStandardHelpOptions = true,
        description = "Tokens and block hashes of a long conversation's next turn, beside Hugging Face's library.")
public final class TokensCommand implements Callable<Integer> {
    private static final int WARM_UP = 2;

    @ParentCommand
    @Nullable
    Bench bench;

    @Option(names = "--tokens", paramLabel = "<count>", description = "of a conversation; default 100000")
    int tokens = 100_000;

    @Option(names = "--conversations", paramLabel = "<count>", description = "measured; default 6")
    int conversations = 6;

    @Option(names = "--turns", paramLabel = "<count>", description = "of each beyond its tokens; default 25")
    int turns = 25;

    @Option(
            names = "--tokenizer",
            paramLabel = "<folder>",
            description = "with tokenizer.json and chat_template.jinja; default: the small one of the router's tests")
    @Nullable
    Path folder;

    private final Map<String, List<Double>> millis = new LinkedHashMap<>();
    private int longest;

    @Override
    public Integer call() throws Exception {
        var root = Bench.root(bench);
        var files = folder == null ? small(root) : folder;
        var loads = List.of(LoadAverage.now());
        try (var workers = new Workers(1, 16)) {
            for (int i = -WARM_UP; i < conversations; i++) {
                if (i == 0) {
                    millis.clear();
                }
                converse(files, workers, 100 + i);
            }
        }
        var report = new TokensReport(
                Conditions.now(loads, Map.of(), Map.of()), files.getFileName().toString(), longest, millis);
        new Results(root, "tokens").write(report, report.markdown());
        return 0;
    }

    /** The test's tokenizer with a template of the usual shape, in a folder of their own. */
    private static Path small(Path root) throws Exception {
        var folder = Files.createDirectories(root.resolve("target/bench/tokenizer-llama3-small"));
        var json = root.resolve("router/src/test/resources/tokenizers/llama3/tokenizer.json");
        Files.writeString(folder.resolve("tokenizer.json"), Files.readString(json));
        Files.writeString(
                folder.resolve("chat_template.jinja"),
                "<|begin_of_text|>{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + "
                        + "'<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' }}{% endfor %}"
                        + "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}");
        return folder;
    }

    private void converse(Path files, Workers workers, long seed) throws Exception {
        var bounds = new EmbeddedTokenizer.Bounds(64 << 20, 4 << 20);
        var source = new Tokenizers(256 << 20, workers, bounds).read("model", files);
        var text = ChatText.of(files, 64 << 20);
        var library =
                TokenizersLibrary.LIB.createTokenizerFromString(Files.readString(files.resolve("tokenizer.json")));
        var hashers = List.of(hasher(256), hasher(16));
        var chains = new ChainCache(256 << 20);
        var conversation = new Conversation(new SplittableRandom(seed));
        while (library(library, text.of(conversation.request())).length < tokens) {
            for (int i = 0; i < 4; i++) {
                conversation.turn();
            }
        }
        for (int turn = 0; turn <= turns; turn++) {
            var stage = turn == 0 ? "the first time" : "next turn";
            var request = conversation.request();
            var start = System.nanoTime();
            var whole = library(library, text.of(request));
            took("Hugging Face's library, whole text", start);
            start = System.nanoTime();
            var cached = source.tokens(request, "").toCompletableFuture().get();
            took("router, " + stage, start);
            for (var hasher : hashers) {
                start = System.nanoTime();
                var chain = chains.chain(hasher, cached);
                took("block hashes of " + hasher.blockTokens() + ", " + stage, start);
                if (chain.size() != cached.length / hasher.blockTokens()) {
                    throw new IllegalStateException("a chain is short");
                }
            }
            if (!Arrays.equals(whole, cached)) {
                throw new IllegalStateException("wrong tokens: seed " + seed + ", turn " + turn);
            }
            longest = Math.max(longest, whole.length);
            conversation.turn();
        }
        TokenizersLibrary.LIB.deleteTokenizer(library);
    }

    private static BlockHasher hasher(int blockTokens) {
        return BlockHashers.of(HashScheme.LMCACHE_BLAKE3, blockTokens);
    }

    private static int[] library(long library, String text) {
        var encoding = TokenizersLibrary.LIB.encode(library, text, false);
        var ids = TokenizersLibrary.LIB.getTokenIds(encoding);
        TokenizersLibrary.LIB.deleteEncoding(encoding);
        return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    }

    private void took(String what, long start) {
        millis.computeIfAbsent(what, any -> new ArrayList<>()).add((System.nanoTime() - start) / 1e6);
    }
}
