package dev.kvcachepool.router.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Values as a template sees them: {@link None}, Boolean, Long, BigInteger, Double, String, List, Map, and what only templates
 * make: {@link Undefined}, {@link Tuple}, {@link Namespace}, {@link Loop}, {@link Callable}.
 */
final class Values {
    private Values() {}

    static boolean truth(Object value) {
        return switch (value) {
            case Boolean truth -> truth;
            case None _, Undefined _ -> false;
            case String text -> !text.isEmpty();
            case Long number -> number != 0;
            case Double number -> number != 0;
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    /** {@code str(value)}. */
    static String text(Object value) {
        return switch (value) {
            case String text -> text;
            case Undefined _ -> "";
            default -> Repr.of(value);
        };
    }

    static String kind(Object value) {
        return switch (value) {
            case None _ -> "none";
            case Undefined undefined -> undefined.what() + ", which is undefined,";
            case Boolean _ -> "a truth";
            case String _ -> "a text";
            case Long _, BigInteger _ -> "a whole number";
            case Double _ -> "a fraction";
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "a dict";
            default -> "a " + value.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
        };
    }

    static boolean equal(Object left, Object right) {
        return equal(left, right, 0);
    }

    private static boolean equal(Object left, Object right, int depth) {
        if (depth > Repr.MAX_DEPTH) {
            throw new TemplateException("compares values that are nested too deep");
        }
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.compare(left, right) == 0;
        }
        return switch (left) {
            case Undefined _ -> right instanceof Undefined;
            case List<?> list -> right instanceof List<?> other && equalLists(list, other, depth);
            case Map<?, ?> map -> right instanceof Map<?, ?> other && equalMaps(map, other, depth);
            default -> left.equals(right);
        };
    }

    private static boolean equalLists(List<?> left, List<?> right, int depth) {
        if (left.size() != right.size() || left instanceof Tuple != right instanceof Tuple) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!equal(left.get(i), right.get(i), depth + 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean equalMaps(Map<?, ?> left, Map<?, ?> right, int depth) {
        return left.size() == right.size()
                && left.entrySet().stream()
                        .allMatch(entry -> right.containsKey(entry.getKey())
                                && equal(entry.getValue(), right.get(entry.getKey()), depth + 1));
    }

    static int compare(Object left, Object right) {
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.compare(left, right);
        }
        if (left instanceof String a && right instanceof String b) {
            return Texts.compare(a, b);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
                if (!equal(a.get(i), b.get(i))) {
                    return compare(a.get(i), b.get(i));
                }
            }
            return Integer.compare(a.size(), b.size());
        }
        throw new TemplateException(kind(left) + " and " + kind(right) + " have no order");
    }

    static boolean contains(Object all, Object part) {
        return switch (all) {
            case String text when part instanceof String wanted -> text.contains(wanted);
            case List<?> list -> list.stream().anyMatch(each -> equal(each, part));
            case Map<?, ?> map -> map.containsKey(part);
            case Undefined _ -> false;
            default -> throw new TemplateException(kind(all) + " holds no " + kind(part));
        };
    }

    /** What a loop over {@code value} goes through. */
    static List<Object> items(Object value) {
        return switch (value) {
            case List<?> list -> new ArrayList<>(list);
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case String text -> Texts.characters(text);
            case Undefined _ -> List.of();
            default -> throw new TemplateException(kind(value) + " is nothing to go through");
        };
    }

    static long length(Object value) {
        return switch (value) {
            case String text -> Texts.length(text);
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case Undefined _ -> 0;
            default -> throw new TemplateException(kind(value) + " has no length");
        };
    }
}
