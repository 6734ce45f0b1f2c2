package dev.kvcachepool.router.jinja;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** Jinja's tests, {@code x is …}. */
final class Tests {
    private Tests() {}

    static boolean test(String name, Object value, Callable.Given given) {
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == None.NONE;
            case "boolean" -> value instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "string" -> value instanceof String;
            case "mapping" -> value instanceof Map;
            case "sequence" -> value instanceof String || value instanceof List || value instanceof Map;
            case "iterable" ->
                value instanceof String || value instanceof List || value instanceof Map || value instanceof Undefined;
            case "number" -> Numbers.isNumber(value) || value instanceof BigInteger;
            case "integer" -> value instanceof Long || value instanceof BigInteger;
            case "float" -> value instanceof Double;
            case "callable" -> value instanceof Callable;
            case "odd" -> Math.floorMod(Numbers.whole(value), 2) == 1;
            case "even" -> Math.floorMod(Numbers.whole(value), 2) == 0;
            case "divisibleby" -> isDivisible(Numbers.whole(value), Numbers.whole(given.need(0, "num")));
            case "lower" -> isCased(Values.text(value), false);
            case "upper" -> isCased(Values.text(value), true);
            case "sameas" -> isSame(value, given.need(0, "other"));
            case "in" -> Values.contains(given.need(0, "seq"), value);
            case "eq", "equalto", "==" -> Values.equal(value, given.need(0, "other"));
            case "ne", "!=" -> !Values.equal(value, given.need(0, "other"));
            case "lt", "lessthan", "<" -> Values.compare(value, given.need(0, "other")) < 0;
            case "le", "<=" -> Values.compare(value, given.need(0, "other")) <= 0;
            case "gt", "greaterthan", ">" -> Values.compare(value, given.need(0, "other")) > 0;
            case "ge", ">=" -> Values.compare(value, given.need(0, "other")) >= 0;
            case "filter" -> Filters.exists(Values.text(value));
            case "escaped" -> false;
            default -> throw new TemplateException("there is no test '" + name + "'");
        };
    }

    private static boolean isDivisible(long value, long by) {
        if (by == 0) {
            throw new TemplateException("divides by zero");
        }
        return value % by == 0;
    }

    @SuppressWarnings("ReferenceEquality") // is what the test is about
    private static boolean isSame(Object left, Object right) {
        return left == right
                || ((left instanceof Boolean || left instanceof Long || left instanceof String) && left.equals(right));
    }

    /** {@code str.islower} or {@code isupper}: there are letters with case, and all of them have this one. */
    static boolean isCased(String text, boolean upper) {
        return text.codePoints().anyMatch(c -> upper ? Character.isUpperCase(c) : Character.isLowerCase(c))
                && text.codePoints()
                        .noneMatch(c -> Character.isTitleCase(c)
                                || (upper ? Character.isLowerCase(c) : Character.isUpperCase(c)));
    }
}
