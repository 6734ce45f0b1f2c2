package dev.kvcachepool.e2e.kube.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A selector over labels, parsed from text ({@code app=x,tier in (a,b),!old}) or from an object's
 * {@code matchLabels} and {@code matchExpressions}.
 */
public record LabelSelector(List<Predicate<JsonNode>> terms) implements Predicate<JsonNode> {
    private static final Pattern SET = Pattern.compile("(\\S+)\\s+(in|notin)\\s*\\(([^)]*)\\)");
    private static final Pattern EQUAL = Pattern.compile("([^!=\\s]+)\\s*(==|=|!=)\\s*(\\S*)");
    private static final Pattern KEY = Pattern.compile("!?\\s*[A-Za-z0-9./_-]+");
    private static final Pattern COMMA = Pattern.compile(",(?![^(]*\\))");

    public LabelSelector {
        terms = List.copyOf(terms);
    }

    /** Selects all when the text is empty. */
    public static LabelSelector parse(String text) {
        if (text.isBlank()) {
            return new LabelSelector(List.of());
        }
        return new LabelSelector(COMMA.splitAsStream(text)
                .map(String::strip)
                .map(LabelSelector::term)
                .toList());
    }

    /** The selector in a Deployment, PodDisruptionBudget, …: an empty one selects all. */
    public static LabelSelector of(JsonNode selector) {
        var terms = new ArrayList<Predicate<JsonNode>>();
        selector.path("matchLabels")
                .properties()
                .forEach(label -> terms.add(labels -> Json.text(labels, label.getKey())
                                .equals(label.getValue().asText())
                        && labels.has(label.getKey())));
        selector.path("matchExpressions").forEach(expression -> terms.add(expression(expression)));
        return new LabelSelector(terms);
    }

    /** The same as text, as the scale subresource shows it. */
    public static String textOf(JsonNode selector) {
        var terms = new ArrayList<String>();
        selector.path("matchLabels")
                .properties()
                .forEach(label ->
                        terms.add(label.getKey() + "=" + label.getValue().asText()));
        selector.path("matchExpressions").forEach(expression -> terms.add(expressionText(expression)));
        return String.join(",", terms);
    }

    @Override
    public boolean test(JsonNode object) {
        var labels = Json.at(object, "metadata", "labels");
        return terms.stream().allMatch(term -> term.test(labels));
    }

    private static Predicate<JsonNode> term(String term) {
        var set = SET.matcher(term);
        if (set.matches()) {
            var values = Set.copyOf(Pattern.compile("\\s*,\\s*")
                    .splitAsStream(set.group(3).strip())
                    .toList());
            return among(set.group(1), values, set.group(2).equals("in"));
        }
        var equal = EQUAL.matcher(term);
        if (equal.matches()) {
            return among(equal.group(1), Set.of(equal.group(3)), !equal.group(2).equals("!="));
        }
        if (!KEY.matcher(term).matches()) {
            throw ApiFailure.badRequest(
                    "unable to parse requirement \"" + term
                            + "\" in labelSelector: allowed are key=value, key!=value, key in (a,b), key notin (a,b), key, !key");
        }
        return present(term.startsWith("!") ? term.substring(1).strip() : term, !term.startsWith("!"));
    }

    private static Predicate<JsonNode> expression(JsonNode expression) {
        var key = Json.text(expression, "key");
        var values = Set.copyOf(Json.texts(expression.path("values")));
        return switch (Json.text(expression, "operator")) {
            case "In" -> among(key, values, true);
            case "NotIn" -> among(key, values, false);
            case "Exists" -> present(key, true);
            default -> present(key, false);
        };
    }

    private static String expressionText(JsonNode expression) {
        var key = Json.text(expression, "key");
        var values = "(" + String.join(",", Json.texts(expression.path("values"))) + ")";
        return switch (Json.text(expression, "operator")) {
            case "In" -> key + " in " + values;
            case "NotIn" -> key + " notin " + values;
            case "Exists" -> key;
            default -> "!" + key;
        };
    }

    private static Predicate<JsonNode> among(String key, Set<String> values, boolean wanted) {
        return labels -> (labels.has(key) && values.contains(Json.text(labels, key))) == wanted;
    }

    private static Predicate<JsonNode> present(String key, boolean wanted) {
        return labels -> labels.has(key) == wanted;
    }
}
