package dev.kvcachepool.router.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;

/** The small tokenizers of {@code tokenizer_goldens.py}, built as well-known models' are. */
public final class TestTokenizers {
    static final List<String> KINDS =
            List.of("llama3", "qwen2", "gpt2", "o200k", "llama2", "mistral", "phi3", "unigram");
    private static final ObjectMapper JSON = new ObjectMapper();

    private TestTokenizers() {}

    /** Where the files of one are. */
    public static Path folder(String kind) {
        return Path.of("src/test/resources/tokenizers", kind);
    }

    static String json(String kind) {
        return read(folder(kind).resolve("tokenizer.json"));
    }

    static List<JsonNode> goldens(String kind) {
        return StreamSupport.stream(
                        tree(read(folder(kind).resolve("goldens.json"))).spliterator(), false)
                .toList();
    }

    static TokenizerLayout layout(String kind) {
        try {
            return TokenizerLayout.read(json(kind));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int[] ids(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    /** Text at random: words, lines, runs of white space, marks over letters, emoji, controls, and added tokens. */
    static String text(Random random, List<AddedToken> added, int parts) {
        var text = new StringBuilder();
        for (int i = 0; i < parts; i++) {
            switch (random.nextInt(12)) {
                case 0 -> text.append(added.get(random.nextInt(added.size())).content());
                case 1 -> text.append(added.get(random.nextInt(added.size())).content(), 0, 1);
                case 2 -> text.append(" \t\n\r\u00a0\u3000\u2028\u000b".charAt(random.nextInt(8)));
                case 3 -> text.append("\n".repeat(random.nextInt(4))).append(" ".repeat(random.nextInt(4)));
                case 4 ->
                    text.append(List.of("\r\n", "'s", "'LL", "e\u0301", "ﬁ", "½", "👩‍👩‍👧", "🏳️‍🌈", "\u0000", "ß")
                            .get(random.nextInt(10)));
                case 5 -> text.appendCodePoint(character(random));
                case 6 -> text.append(random.nextInt(100_000));
                case 7 -> text.append("line ").append(i).append(";\nnext");
                default -> text.append(random.nextBoolean() ? " " : "").append(word(random));
            }
        }
        return text.toString();
    }

    private static int character(Random random) {
        while (true) {
            int c = random.nextInt(random.nextBoolean() ? 0x3000 : 0x1ffff);
            if (Character.isDefined(c) && !(c <= Character.MAX_VALUE && Character.isSurrogate((char) c))) {
                return c;
            }
        }
    }

    private static String word(Random random) {
        var words = List.of(
                "the", "cache", "holds", "Blöcke", "ключ", "キャッシュ", "don't", "x", "return", "{}", "user", "word");
        return words.get(random.nextInt(words.size()));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
