package dev.kvcachepool.router.jinja;

import dev.kvcachepool.router.jinja.Callable.Given;
import java.util.List;

/** Python's two ways to put values into a text, as far as templates go: {@code "%s" % x} and {@code "{}".format(x)}. */
final class Formats {
    private Formats() {}

    static String percent(String format, Object values) {
        var all = values instanceof Tuple tuple ? tuple : List.of(values);
        var out = new StringBuilder();
        int next = 0;
        for (int i = 0; i < format.length(); i++) {
            var c = format.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            var kind = ++i < format.length() ? format.charAt(i) : ' ';
            if (kind == '%') {
                out.append('%');
                continue;
            }
            if (next == all.size()) {
                throw new TemplateException("a format has more places than values");
            }
            var value = all.get(next++);
            out.append(
                    switch (kind) {
                        case 's' -> Values.text(value);
                        case 'r' -> Repr.of(value);
                        case 'd' -> Long.toString(Numbers.whole(value));
                        default -> throw new TemplateException("the format '%" + kind + "' is not supported");
                    });
        }
        if (next < all.size()) {
            throw new TemplateException("a format has fewer places than values");
        }
        return out.toString();
    }

    static String braces(String format, Given given) {
        var out = new StringBuilder();
        int next = 0;
        for (int i = 0; i < format.length(); i++) {
            var c = format.charAt(i);
            var doubled = i + 1 < format.length() && format.charAt(i + 1) == c;
            if (c != '{' && c != '}') {
                out.append(c);
            } else if (doubled) {
                out.append(c);
                i++;
            } else {
                var end = format.indexOf('}', i);
                if (c == '}' || end < 0) {
                    throw new TemplateException("a format has a lone bracket");
                }
                out.append(Values.text(place(format.substring(i + 1, end), next++, given)));
                i = end;
            }
        }
        return out.toString();
    }

    private static Object place(String field, int next, Given given) {
        if (field.isEmpty()) {
            return given.need(next, "" + next);
        }
        if (field.chars().allMatch(c -> c >= '0' && c <= '9') && field.length() < 4) {
            return given.need(Integer.parseInt(field), field);
        }
        var value = given.named().get(field);
        if (value == null) {
            throw new TemplateException("the place '{" + field + "}' of a format is not supported");
        }
        return value;
    }
}
