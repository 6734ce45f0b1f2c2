package dev.kvcachepool.e2e.kube.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** A selector over fields: {@code spec.nodeName=n1,status.phase!=Failed}. Any plain path will do. */
public record FieldSelector(List<Predicate<JsonNode>> terms) implements Predicate<JsonNode> {
    private static final Pattern TERM = Pattern.compile("([A-Za-z0-9.]+)\\s*(==|=|!=)\\s*(.*)");

    public FieldSelector {
        terms = List.copyOf(terms);
    }

    public static FieldSelector parse(String text) {
        if (text.isBlank()) {
            return new FieldSelector(List.of());
        }
        return new FieldSelector(Pattern.compile(",")
                .splitAsStream(text)
                .map(String::strip)
                .map(FieldSelector::term)
                .toList());
    }

    @Override
    public boolean test(JsonNode object) {
        return terms.stream().allMatch(term -> term.test(object));
    }

    private static Predicate<JsonNode> term(String text) {
        var term = TERM.matcher(text);
        if (!term.matches()) {
            throw ApiFailure.badRequest(
                    "invalid fieldSelector \"" + text + "\": allowed are path=value and path!=value");
        }
        var path = term.group(1).split("\\.", -1);
        var wanted = !term.group(2).equals("!=");
        var value = term.group(3);
        return object -> Json.text(object, path).equals(value) == wanted;
    }
}
