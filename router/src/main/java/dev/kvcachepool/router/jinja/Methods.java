package dev.kvcachepool.router.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Attributes and methods of values. What would change a value is refused, as by Jinja's immutable sandbox. */
final class Methods {
    private static final Set<String> CHANGING =
            Set.of("append", "extend", "insert", "pop", "remove", "clear", "update", "setdefault", "popitem", "sort");

    private final TextMethods texts;
    private final Budget budget;

    Methods(Budget budget) {
        this.budget = budget;
        this.texts = new TextMethods(budget);
    }

    TextMethods texts() {
        return texts;
    }

    /** {@code value.name}: a method or field, else what a dict has under that key. */
    Object attribute(Object value, String name) {
        if (value instanceof Undefined undefined) {
            throw undefined.used();
        }
        var own = own(value, name);
        if (own != null) {
            return own;
        }
        @Nullable Object found = value instanceof Map<?, ?> map ? map.get(name) : null;
        return found == null ? new Undefined("'" + name + "' of " + Values.kind(value)) : found;
    }

    /** {@code value[index]}: what is there, else a method or field of that name. */
    Object item(Object value, Object index) {
        if (value instanceof Undefined undefined) {
            throw undefined.used();
        }
        Object found = null;
        if (value instanceof Map<?, ?> map) {
            found = map.get(index);
        } else if (index instanceof Long number && value instanceof List<?> list) {
            var at = number < 0 ? number + list.size() : number;
            found = at >= 0 && at < list.size() ? list.get((int) at) : null;
        } else if (index instanceof Long number && value instanceof String text) {
            found = character(text, number);
        }
        if (found == null && index instanceof String name) {
            found = own(value, name);
        }
        return found == null ? new Undefined("an item of " + Values.kind(value)) : found;
    }

    private static @Nullable Object character(String text, long index) {
        var length = Texts.length(text);
        var at = index < 0 ? index + length : index;
        if (at < 0 || at >= length) {
            return null;
        }
        return Character.toString(text.codePointAt(Texts.offset(text, (int) at)));
    }

    private @Nullable Object own(Object value, String name) {
        return switch (value) {
            case String text -> texts.find(text, name);
            case Map<?, ?> map -> ofMap(map, name);
            case List<?> list -> ofList(list, name);
            case Namespace namespace -> namespace.values.get(name);
            case Loop loop -> loop.field(name);
            default -> null;
        };
    }

    private @Nullable Callable ofMap(Map<?, ?> map, String name) {
        return switch (name) {
            case "items" -> given -> pairs(map);
            case "keys" -> given -> new ArrayList<Object>(map.keySet());
            case "values" -> given -> new ArrayList<Object>(map.values());
            case "get" -> given -> get(map, given);
            case "copy" -> given -> map;
            default -> changing("dict", name);
        };
    }

    private static Object get(Map<?, ?> map, Callable.Given given) {
        @Nullable Object found = map.get(given.need(0, "key"));
        return found == null ? given.get(1, "default", None.NONE) : found;
    }

    List<Object> pairs(Map<?, ?> map) {
        budget.items(map.size());
        var pairs = new ArrayList<Object>(map.size());
        map.forEach((key, value) -> pairs.add(new Tuple(List.<Object>of(key, value))));
        return pairs;
    }

    private static @Nullable Callable ofList(List<?> list, String name) {
        return switch (name) {
            case "index" ->
                given -> {
                    for (int i = 0; i < list.size(); i++) {
                        if (Values.equal(list.get(i), given.need(0, "value"))) {
                            return (long) i;
                        }
                    }
                    throw new TemplateException("a value is not found in a list");
                };
            case "count" ->
                given -> list.stream()
                        .filter(each -> Values.equal(each, given.need(0, "value")))
                        .count();
            case "copy" -> given -> list;
            default -> changing("list", name);
        };
    }

    private static @Nullable Callable changing(String type, String name) {
        return CHANGING.contains(name)
                ? given -> {
                    throw new TemplateException(
                            "access to attribute '" + name + "' of '" + type + "' object is unsafe.");
                }
                : null;
    }
}
