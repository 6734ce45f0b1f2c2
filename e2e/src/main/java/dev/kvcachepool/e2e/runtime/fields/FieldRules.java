package dev.kvcachepool.e2e.runtime.fields;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The runtime's list of known fields, from {@code fields.txt}, whose head explains its format. An object is walked as
 * JSON: what no rule covers is reported by its path. Immutable.
 */
public final class FieldRules {
    private final Map<String, Map<String, FieldRule>> sections;

    private FieldRules(Map<String, Map<String, FieldRule>> sections) {
        this.sections = sections;
    }

    /** The runtime's own rules. */
    public static FieldRules load() {
        try (var in = FieldRules.class.getResourceAsStream("fields.txt")) {
            if (in == null) {
                throw new IllegalStateException("fields.txt is not beside " + FieldRules.class);
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static FieldRules parse(Stream<String> lines) {
        var sections = new HashMap<String, Map<String, FieldRule>>();
        Map<String, FieldRule> section = Map.of();
        for (var line : lines.map(String::strip)
                .filter(text -> !text.isEmpty() && !text.startsWith("#"))
                .toList()) {
            if (line.startsWith("[")) {
                section = new HashMap<>();
                sections.put(line.substring(1, line.length() - 1), section);
            } else {
                var words = line.split(" ", 3);
                section.put(words[0], words.length == 1 ? new FieldRule.Understood() : rule(words[1], words[2]));
            }
        }
        return new FieldRules(sections);
    }

    private static FieldRule rule(String mark, String text) {
        return switch (mark) {
            case "=" ->
                new FieldRule.OneOf(
                        Stream.of(text.split("\\|", -1)).map(String::strip).collect(Collectors.toSet()));
            case ":" -> new FieldRule.As(text);
            case "~" -> new FieldRule.Ignored(text);
            default -> throw new IllegalArgumentException("mark '" + mark + "' is none of = : ~");
        };
    }

    /** The kinds that have rules. */
    public boolean covers(String kind) {
        return sections.containsKey(kind);
    }

    /** The fields accepted without effect and why, as rows of a table. */
    List<String> ignored() {
        return sections.entrySet().stream()
                .flatMap(section -> section.getValue().entrySet().stream()
                        .filter(rule -> rule.getValue() instanceof FieldRule.Ignored)
                        .map(rule -> row(section.getKey(), rule)))
                .sorted()
                .toList();
    }

    private static String row(String section, Map.Entry<String, FieldRule> rule) {
        return "| " + section + " | `" + rule.getKey() + "` | " + ((FieldRule.Ignored) rule.getValue()).reason() + " |";
    }

    /**
     * What the runtime doesn't implement in an object, one line each: {@code path is not implemented by the local
     * runtime}. Metadata and status aren't judged.
     */
    public List<String> problems(String kind, JsonNode object) {
        var problems = new ArrayList<String>();
        object.properties().forEach(field -> {
            if (!Set.of("apiVersion", "kind", "metadata", "status").contains(field.getKey())) {
                new Walk(kind, problems).look(field.getValue(), field.getKey(), field.getKey());
            }
        });
        return problems;
    }

    /** One section's rules on one part of an object. */
    private final class Walk {
        private final Map<String, FieldRule> rules;
        private final List<String> problems;

        Walk(String section, List<String> problems) {
            this.rules = sections.getOrDefault(section, Map.of());
            this.problems = problems;
        }

        /** @param pattern the path in this section, with [] for every index; path is the one that users are told */
        void look(JsonNode node, String pattern, String path) {
            switch (rules.get(pattern)) {
                case FieldRule.Understood _, FieldRule.Ignored _ -> {}
                case FieldRule.OneOf oneOf -> {
                    if (!oneOf.values().contains(node.asText())) {
                        problems.add(path + ": '" + node.asText() + "' is not implemented by the local runtime, only "
                                + String.join(
                                        ", ", oneOf.values().stream().sorted().toList()));
                    }
                }
                case FieldRule.As as -> {
                    var walk = new Walk(as.section(), problems);
                    node.properties()
                            .forEach(field -> walk.look(field.getValue(), field.getKey(), path + "." + field.getKey()));
                }
                case null -> lookBelow(node, pattern, path);
            }
        }

        private void lookBelow(JsonNode node, String pattern, String path) {
            if (node.isArray() && isPrefix(pattern + "[]")) {
                for (var i = 0; i < node.size(); i++) {
                    look(node.get(i), pattern + "[]", path + "[" + i + "]");
                }
            } else if (node.isObject() && isPrefix(pattern + ".")) {
                node.properties()
                        .forEach(field ->
                                look(field.getValue(), pattern + "." + field.getKey(), path + "." + field.getKey()));
            } else if (!node.isNull()) {
                problems.add(path + " is not implemented by the local runtime");
            }
        }

        private boolean isPrefix(String text) {
            return rules.keySet().stream().anyMatch(rule -> rule.startsWith(text));
        }
    }
}
