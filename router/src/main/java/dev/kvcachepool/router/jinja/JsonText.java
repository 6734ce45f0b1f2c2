package dev.kvcachepool.router.jinja;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code json.dumps}, which transformers puts in the place of Jinja's own {@code tojson}. */
final class JsonText {
    private final StringBuilder out = new StringBuilder();
    private final boolean ascii;
    private final boolean sorted;
    private final String indent;
    private final String itemSeparator;
    private final String keySeparator;
    private int depth;

    private JsonText(boolean ascii, boolean sorted, String indent, String itemSeparator, String keySeparator) {
        this.ascii = ascii;
        this.sorted = sorted;
        this.indent = indent;
        this.itemSeparator = itemSeparator;
        this.keySeparator = keySeparator;
    }

    /** {@code tojson(ensure_ascii=False, indent=None, separators=None, sort_keys=False)}. */
    static String of(Object value, Callable.Given given) {
        var indent = indent(given.get(1, "indent", None.NONE));
        var item = indent.isEmpty() ? ", " : ",";
        var key = ": ";
        if (given.get(2, "separators", None.NONE) instanceof List<?> separators && separators.size() == 2) {
            item = Values.text(separators.getFirst());
            key = Values.text(separators.getLast());
        }
        var text = new JsonText(
                given.truth(0, "ensure_ascii", false), given.truth(3, "sort_keys", false), indent, item, key);
        text.write(value);
        return text.out.toString();
    }

    private static String indent(Object given) {
        return switch (given) {
            case None _ -> "";
            case String text -> "\n" + text;
            default -> "\n" + " ".repeat(Math.clamp(Numbers.whole(given), 0, 64));
        };
    }

    private void write(Object value) {
        if (depth > Repr.MAX_DEPTH) {
            throw new TemplateException("writes JSON that is nested too deep");
        }
        switch (value) {
            case None _ -> out.append("null");
            case Boolean truth -> out.append(truth ? "true" : "false");
            case Double number ->
                out.append(
                        Double.isNaN(number)
                                ? "NaN"
                                : Double.isInfinite(number)
                                        ? number > 0 ? "Infinity" : "-Infinity"
                                        : Numbers.text(number));
            case Number number -> out.append(number);
            case String text -> quote(text);
            case List<?> list -> list(list);
            case Map<?, ?> map -> map(map);
            default -> throw new TemplateException(Values.kind(value) + " cannot be written as JSON");
        }
    }

    private void list(List<?> list) {
        if (list.isEmpty()) {
            out.append("[]");
            return;
        }
        depth++;
        var separator = "[";
        for (var item : list) {
            out.append(separator);
            line();
            write(item);
            separator = itemSeparator;
        }
        depth--;
        line();
        out.append(']');
    }

    private void map(Map<?, ?> map) {
        if (map.isEmpty()) {
            out.append("{}");
            return;
        }
        depth++;
        var separator = "{";
        for (var entry : sorted ? sorted(map).entrySet() : map.entrySet()) {
            out.append(separator);
            line();
            quote(key(entry.getKey()));
            out.append(keySeparator);
            write(entry.getValue());
            separator = itemSeparator;
        }
        depth--;
        line();
        out.append('}');
    }

    private static Map<String, Object> sorted(Map<?, ?> map) {
        var sorted = new TreeMap<String, Object>(Texts::compare);
        map.forEach((key, value) -> sorted.put(key(key), value));
        return sorted;
    }

    private static String key(Object key) {
        return switch (key) {
            case String text -> text;
            case None _ -> "null";
            case Boolean truth -> truth ? "true" : "false";
            case Number _ -> Values.text(key);
            default -> throw new TemplateException(Values.kind(key) + " is no key in JSON");
        };
    }

    private void line() {
        if (!indent.isEmpty()) {
            out.append('\n').repeat(indent.substring(1), depth);
        }
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\f' -> out.append("\\f");
                case '\b' -> out.append("\\b");
                default -> {
                    if (c < ' ' || (ascii && c > '~')) {
                        var hex = Integer.toHexString(c);
                        out.append("\\u").repeat("0", 4 - hex.length()).append(hex);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
