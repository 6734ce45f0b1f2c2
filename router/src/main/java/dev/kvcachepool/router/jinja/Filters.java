package dev.kvcachepool.router.jinja;

import dev.kvcachepool.router.jinja.Callable.Given;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Jinja's filters of single values; those of lists are {@link ListFilters}. */
final class Filters {
    private static final Set<String> NAMES = Set.of(
            "tojson",
            "trim",
            "length",
            "count",
            "string",
            "safe",
            "upper",
            "lower",
            "capitalize",
            "title",
            "replace",
            "default",
            "d",
            "items",
            "dictsort",
            "int",
            "float",
            "abs",
            "round",
            "indent",
            "escape",
            "e",
            "reverse",
            "attr",
            "format");

    private final Budget budget;
    private final Methods methods;
    private final ListFilters lists;

    Filters(Budget budget, Methods methods) {
        this.budget = budget;
        this.methods = methods;
        this.lists = new ListFilters(this, methods, budget);
    }

    static boolean exists(String name) {
        return NAMES.contains(name) || ListFilters.NAMES.contains(name);
    }

    Object apply(String name, Object value, Given given) {
        return switch (name) {
            case "tojson" -> made(JsonText.of(value, given));
            case "trim" ->
                given.get(0, "chars", None.NONE) instanceof String characters
                        ? Texts.strip(Values.text(value), characters, true, true)
                        : Texts.strip(Values.text(value), true, true);
            case "length", "count" -> Values.length(value);
            case "string", "safe" -> made(Values.text(value));
            case "upper" -> Values.text(value).toUpperCase(Locale.ROOT);
            case "lower" -> Values.text(value).toLowerCase(Locale.ROOT);
            case "capitalize" -> TextMethods.capitalize(Values.text(value));
            case "title" -> title(Values.text(value));
            case "replace" ->
                methods.texts()
                        .replace(
                                Values.text(value),
                                Values.text(given.need(0, "old")),
                                Values.text(given.need(1, "new")),
                                given.get(2, "count", None.NONE) instanceof Long count ? count : -1);
            case "default", "d" -> otherwise(value, given);
            case "items" -> items(value);
            case "dictsort" -> dictSort(value, given);
            case "int" -> whole(value, given);
            case "float" -> fraction(value, given);
            case "abs" -> value instanceof Double number ? (Object) Math.abs(number) : Math.abs(Numbers.whole(value));
            case "round" -> round(value, given);
            case "indent" -> indent(Values.text(value), given);
            case "escape", "e" -> escape(Values.text(value));
            case "reverse" -> reverse(value);
            case "attr" -> methods.attribute(value, Values.text(given.need(0, "name")));
            case "format" -> made(Formats.percent(Values.text(value), new Tuple(given.positional())));
            default -> lists.apply(name, value, given);
        };
    }

    private String made(String text) {
        budget.characters(text.length());
        return text;
    }

    private static Object otherwise(Object value, Given given) {
        var missing = value instanceof Undefined || (given.truth(1, "boolean", false) && !Values.truth(value));
        return missing ? given.get(0, "default_value", "") : value;
    }

    private Object items(Object value) {
        return switch (value) {
            case Map<?, ?> map -> methods.pairs(map);
            case Undefined _ -> List.of();
            default -> throw new TemplateException(Values.kind(value) + " has no items");
        };
    }

    private Object dictSort(Object value, Given given) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new TemplateException(Values.kind(value) + " is no dict to sort");
        }
        var cased = given.truth(0, "case_sensitive", false);
        var position = given.text(1, "by", "key").equals("value") ? 1 : 0;
        var pairs = methods.pairs(map);
        Comparator<Object> order =
                Comparator.comparing(pair -> ListFilters.folded(((Tuple) pair).get(position), cased), Values::compare);
        pairs.sort(given.truth(2, "reverse", false) ? order.reversed() : order);
        return pairs;
    }

    private static Object whole(Object value, Given given) {
        try {
            return switch (value) {
                case String text ->
                    Numbers.of(new BigInteger(Texts.strip(text, true, true).replace("_", "")));
                case Double number -> number.longValue();
                case BigInteger number -> number;
                default -> Numbers.whole(value);
            };
        } catch (NumberFormatException | TemplateException e) {
            return given.get(0, "default", 0L);
        }
    }

    private static Object fraction(Object value, Given given) {
        try {
            return value instanceof String text
                    ? (Object) Double.valueOf(Texts.strip(text, true, true))
                    : Numbers.fraction(value);
        } catch (NumberFormatException | TemplateException e) {
            return given.get(0, "default", 0.0);
        }
    }

    private static Object round(Object value, Given given) {
        var factor = Math.pow(10, (double) given.number(0, "precision", 0));
        var scaled = Numbers.fraction(value) * factor;
        return switch (given.text(1, "method", "common")) {
            case "ceil" -> Math.ceil(scaled) / factor;
            case "floor" -> Math.floor(scaled) / factor;
            default -> Math.rint(scaled) / factor;
        };
    }

    private Object indent(String text, Given given) {
        var by = given.get(0, "width", 4L) instanceof String prefix
                ? prefix
                : " ".repeat(Math.clamp(given.number(0, "width", 4), 0, 64));
        var first = given.truth(1, "first", false);
        var blank = given.truth(2, "blank", false);
        var lines = text.split("\n", -1);
        var out = new StringBuilder();
        for (int i = 0; i < lines.length; i++) {
            var indented = i == 0 ? first : blank || !lines[i].isEmpty();
            out.append(i == 0 ? "" : "\n").append(indented ? by : "").append(lines[i]);
            budget.length(out.length());
        }
        return out.toString();
    }

    private static Object escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    private static Object reverse(Object value) {
        if (value instanceof String text) {
            return new StringBuilder(text).reverse().toString();
        }
        var items = new ArrayList<>(Values.items(value));
        Collections.reverse(items);
        return items;
    }

    private static String title(String text) {
        var out = new StringBuilder();
        boolean starts = true;
        for (int c : text.codePoints().toArray()) {
            out.appendCodePoint(starts ? Character.toTitleCase(c) : Character.toLowerCase(c));
            starts = c == '-' || (c <= Character.MAX_VALUE && Texts.isSpace((char) c)) || "({[<".indexOf(c) >= 0;
        }
        return out.toString();
    }
}
