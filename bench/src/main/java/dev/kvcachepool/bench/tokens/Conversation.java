package dev.kvcachepool.bench.tokens;

import dev.kvcachepool.router.request.Untokenized;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A conversation that grows by a question and an answer a turn: prose, lists and code, made up. */
final class Conversation {
    private static final List<String> WORDS = List.of(
            "the",
            "cache",
            "holds",
            "blocks",
            "of",
            "keys",
            "and",
            "values",
            "router",
            "picks",
            "engine",
            "that",
            "has",
            "them",
            "prefix",
            "tokens",
            "memory",
            "Speicher",
            "hält",
            "Blöcke",
            "données",
            "déjà",
            "calculées",
            "node",
            "request",
            "answer",
            "why",
            "because",
            "faster",
            "1024",
            "3.14",
            "don't",
            "it's",
            "(see",
            "below),",
            "queue");
    private static final int QUESTION_WORDS = 60;
    private static final int ANSWER_WORDS = 260;

    private final RandomGenerator random;
    private final List<Object> messages = new ArrayList<>();

    Conversation(RandomGenerator random) {
        this.random = random;
        add("system", "You are a helpful assistant. " + words(QUESTION_WORDS));
    }

    /** A question and its answer, then the next question. */
    void turn() {
        add("assistant", words(ANSWER_WORDS) + "\n\n" + code() + "\n" + words(QUESTION_WORDS));
        add("user", words(QUESTION_WORDS));
    }

    /** As a request has it. */
    Untokenized.Chat request() {
        return new Untokenized.Chat(Map.of("messages", List.copyOf(messages)));
    }

    private void add(String role, String content) {
        var message = new LinkedHashMap<String, Object>();
        message.put("role", role);
        message.put("content", content);
        messages.add(message);
    }

    private String words(int count) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : i % 23 == 0 ? ".\n" : " ").append(WORDS.get(random.nextInt(WORDS.size())));
        }
        return text.append('.').toString();
    }

    private String code() {
        var text = new StringBuilder("```java\n");
        for (int i = 0; i < 8; i++) {
            text.append("    var ")
                    .append(WORDS.get(random.nextInt(WORDS.size())).replaceAll("[^a-z]", "x"));
            text.append(" = ").append(random.nextInt(10_000)).append(";\n");
        }
        return text.append("```").toString();
    }
}
