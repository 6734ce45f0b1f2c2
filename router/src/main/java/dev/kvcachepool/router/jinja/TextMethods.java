package dev.kvcachepool.router.jinja;

import dev.kvcachepool.router.jinja.Callable.Given;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Methods of Python's {@code str} that templates use. */
final class TextMethods {
    private final Budget budget;

    TextMethods(Budget budget) {
        this.budget = budget;
    }

    /** The method, or null where there is none of that name. */
    @Nullable
    Callable find(String text, String name) {
        return switch (name) {
            case "strip" -> given -> strip(text, given, true, true);
            case "lstrip" -> given -> strip(text, given, true, false);
            case "rstrip" -> given -> strip(text, given, false, true);
            case "split" -> given -> made(split(text, given));
            case "rsplit" -> given -> made(splitFromRight(text, given));
            case "splitlines" -> given -> made(lines(text, given.truth(0, "keepends", false)));
            case "partition" -> given -> partition(text, part(given), text.indexOf(part(given)), true);
            case "rpartition" -> given -> partition(text, part(given), text.lastIndexOf(part(given)), false);
            case "startswith" -> given -> any(given.need(0, "prefix"), text::startsWith);
            case "endswith" -> given -> any(given.need(0, "suffix"), text::endsWith);
            case "removeprefix" ->
                given -> text.startsWith(part(given))
                        ? text.substring(part(given).length())
                        : text;
            case "removesuffix" ->
                given -> text.endsWith(part(given))
                        ? text.substring(0, text.length() - part(given).length())
                        : text;
            case "replace" ->
                given -> replace(text, part(given), Values.text(given.need(1, "new")), given.number(2, "count", -1));
            case "join" -> given -> join(text, Values.items(given.need(0, "iterable")));
            case "upper" -> given -> text.toUpperCase(Locale.ROOT);
            case "lower" -> given -> text.toLowerCase(Locale.ROOT);
            case "title" -> given -> title(text);
            case "capitalize" -> given -> capitalize(text);
            case "find" -> given -> index(text, text.indexOf(part(given)));
            case "rfind" -> given -> index(text, text.lastIndexOf(part(given)));
            case "index" -> given -> found(index(text, text.indexOf(part(given))));
            case "count" -> given -> count(text, part(given));
            case "isdigit" -> given -> all(text, Character::isDigit);
            case "isalpha" -> given -> all(text, Character::isLetter);
            case "isalnum" -> given -> all(text, Character::isLetterOrDigit);
            case "isspace" -> given -> all(text, c -> c <= Character.MAX_VALUE && Texts.isSpace((char) c));
            case "isupper" -> given -> Tests.isCased(text, true);
            case "islower" -> given -> Tests.isCased(text, false);
            case "format" -> given -> made(Formats.braces(text, given));
            default -> null;
        };
    }

    private String made(String text) {
        budget.characters(text.length());
        return text;
    }

    private List<Object> made(List<Object> list) {
        budget.items(list.size());
        return list;
    }

    private static String part(Given given) {
        return given.need(0, "part") instanceof String text
                ? text
                : wrong(given.positional().getFirst());
    }

    private static String wrong(Object value) {
        throw new TemplateException(Values.kind(value) + " is given where a text is due");
    }

    private static String strip(String text, Given given, boolean left, boolean right) {
        return given.get(0, "chars", None.NONE) instanceof String characters
                ? Texts.strip(text, characters, left, right)
                : Texts.strip(text, left, right);
    }

    private static Object any(Object given, java.util.function.Predicate<String> test) {
        return given instanceof List<?> several
                ? several.stream().map(Values::text).anyMatch(test)
                : test.test(given instanceof String text ? text : wrong(given));
    }

    String join(String separator, List<Object> items) {
        var out = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            out.append(i == 0 ? "" : separator)
                    .append(items.get(i) instanceof String text ? text : wrong(items.get(i)));
            budget.length(out.length());
        }
        return out.toString();
    }

    String replace(String text, String old, String by, long count) {
        if (count == 0) {
            return text;
        }
        if (old.isEmpty()) {
            throw new TemplateException("replaces the empty text");
        }
        var out = new StringBuilder();
        int from = 0;
        long left = count;
        for (int at = text.indexOf(old); at >= 0 && left != 0; at = text.indexOf(old, from)) {
            out.append(text, from, at).append(by);
            budget.length(out.length());
            from = at + old.length();
            left--;
        }
        return out.append(text, from, text.length()).toString();
    }

    private static List<Object> split(String text, Given given) {
        var most = given.number(1, "maxsplit", -1);
        var parts = new ArrayList<Object>();
        if (!(given.get(0, "sep", None.NONE) instanceof String separator)) {
            return words(text, most);
        }
        requireSeparator(separator);
        int from = 0;
        for (int at = text.indexOf(separator);
                at >= 0 && (most < 0 || parts.size() < most);
                at = text.indexOf(separator, from)) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static List<Object> splitFromRight(String text, Given given) {
        var most = given.number(1, "maxsplit", -1);
        if (!(given.get(0, "sep", None.NONE) instanceof String separator)) {
            throw new TemplateException("rsplit without a separator is not supported");
        }
        requireSeparator(separator);
        var parts = new ArrayList<Object>();
        int to = text.length();
        for (int at = text.lastIndexOf(separator);
                at >= 0 && (most < 0 || parts.size() < most);
                at = at == 0 ? -1 : text.lastIndexOf(separator, to - separator.length())) {
            if (at + separator.length() > to) {
                break;
            }
            parts.addFirst(text.substring(at + separator.length(), to));
            to = at;
        }
        parts.addFirst(text.substring(0, to));
        return parts;
    }

    private static void requireSeparator(String separator) {
        if (separator.isEmpty()) {
            throw new TemplateException("splits at the empty text");
        }
    }

    private static List<Object> words(String text, long most) {
        var words = new ArrayList<Object>();
        var rest = Texts.strip(text, true, false);
        while (!rest.isEmpty()) {
            int end = 0;
            while (end < rest.length() && !Texts.isSpace(rest.charAt(end))) {
                end++;
            }
            if (most >= 0 && words.size() == most) {
                words.add(Texts.strip(rest, false, true));
                return words;
            }
            words.add(rest.substring(0, end));
            rest = Texts.strip(rest.substring(end), true, false);
        }
        return words;
    }

    private static List<Object> lines(String text, boolean keepEnds) {
        var lines = new ArrayList<Object>();
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if ((c >= '\n' && c <= '\r') || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 || c == 0x2029) {
                var end = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n' ? i + 2 : i + 1;
                lines.add(text.substring(from, keepEnds ? end : i));
                from = end;
                i = end - 1;
            }
        }
        if (from < text.length()) {
            lines.add(text.substring(from));
        }
        return lines;
    }

    private static Object partition(String text, String separator, int at, boolean left) {
        requireSeparator(separator);
        if (at < 0) {
            return new Tuple(left ? List.of(text, "", "") : List.of("", "", text));
        }
        return new Tuple(List.of(text.substring(0, at), separator, text.substring(at + separator.length())));
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        var first = Character.charCount(text.codePointAt(0));
        return Character.toString(Character.toTitleCase(text.codePointAt(0)))
                + text.substring(first).toLowerCase(Locale.ROOT);
    }

    private static String title(String text) {
        var out = new StringBuilder();
        boolean inWord = false;
        for (int c : text.codePoints().toArray()) {
            out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = Character.isLetter(c);
        }
        return out.toString();
    }

    private static Object index(String text, int at) {
        return at < 0 ? -1L : (long) text.codePointCount(0, at);
    }

    private static Object found(Object index) {
        if (index.equals(-1L)) {
            throw new TemplateException("a text is not found in another");
        }
        return index;
    }

    private static Object count(String text, String part) {
        requireSeparator(part);
        long count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }

    private static Object all(String text, IntPredicate test) {
        return !text.isEmpty() && text.codePoints().allMatch(test);
    }

    /** For complaints: the names of some values' kinds. */
    static String kinds(List<Object> values) {
        return values.stream().map(Values::kind).collect(Collectors.joining(", "));
    }
}
