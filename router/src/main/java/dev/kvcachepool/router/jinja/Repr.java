package dev.kvcachepool.router.jinja;

import java.util.List;
import java.util.Map;

/** {@code repr(value)}, as Python prints what stands within lists and dicts. */
final class Repr {
    static final int MAX_DEPTH = 100;

    private final StringBuilder out = new StringBuilder();
    private int depth;

    private Repr() {}

    static String of(Object value) {
        var repr = new Repr();
        repr.write(value);
        return repr.out.toString();
    }

    private void write(Object value) {
        if (++depth > MAX_DEPTH) {
            throw new TemplateException("prints values that are nested too deep");
        }
        switch (value) {
            case None _ -> out.append("None");
            case Boolean truth -> out.append(truth ? "True" : "False");
            case Double number -> out.append(Numbers.text(number));
            case String text -> quote(text);
            case List<?> list -> list(list);
            case Map<?, ?> map -> map(map);
            case Undefined _ -> out.append("Undefined");
            case Number number -> out.append(number);
            default -> throw new TemplateException("prints " + Values.kind(value));
        }
        depth--;
    }

    private void list(List<?> list) {
        var tuple = list instanceof Tuple;
        out.append(tuple ? '(' : '[');
        var separator = "";
        for (var item : list) {
            out.append(separator);
            write(item);
            separator = ", ";
        }
        out.append(tuple ? list.size() == 1 ? ",)" : ")" : "]");
    }

    private void map(Map<?, ?> map) {
        out.append('{');
        var separator = "";
        for (var entry : map.entrySet()) {
            out.append(separator);
            write(entry.getKey());
            out.append(": ");
            write(entry.getValue());
            separator = ", ";
        }
        out.append('}');
    }

    private void quote(String text) {
        var quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c == quote) {
                        out.append('\\').append(quote);
                    } else if (isPrintable(c)) {
                        out.appendCodePoint(c);
                    } else {
                        escape(c);
                    }
                }
            }
        });
        out.append(quote);
    }

    private void escape(int c) {
        var hex = Integer.toHexString(c);
        var width = c <= 0xff ? 2 : c <= 0xffff ? 4 : 8;
        out.append(c <= 0xff ? "\\x" : c <= 0xffff ? "\\u" : "\\U")
                .repeat("0", width - hex.length())
                .append(hex);
    }

    private static boolean isPrintable(int c) {
        if (c == ' ') {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
