package dev.kvcachepool.router.jinja;

import dev.kvcachepool.router.jinja.Callable.Given;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Jinja's filters of lists. Each goes through its list at once. */
final class ListFilters {
    static final Set<String> NAMES = Set.of(
            "list",
            "first",
            "last",
            "join",
            "map",
            "select",
            "reject",
            "selectattr",
            "rejectattr",
            "sort",
            "unique",
            "min",
            "max",
            "sum",
            "groupby",
            "batch");

    private static final Set<String> LENIENT = Set.of("map", "select", "reject", "selectattr", "rejectattr");

    private final Filters filters;
    private final Methods methods;
    private final Budget budget;

    ListFilters(Filters filters, Methods methods, Budget budget) {
        this.filters = filters;
        this.methods = methods;
        this.budget = budget;
    }

    Object apply(String name, Object value, Given given) {
        if (!NAMES.contains(name)) {
            throw new TemplateException("there is no filter '" + name + "'");
        }
        // As in Jinja: these take nothing for a list, too, as none or false.
        var items = LENIENT.contains(name) && !Values.truth(value) ? List.<Object>of() : Values.items(value);
        budget.items(items.size());
        return switch (name) {
            case "list" -> items;
            case "first" -> items.isEmpty() ? new Undefined("the first of an empty list") : items.getFirst();
            case "last" -> items.isEmpty() ? new Undefined("the last of an empty list") : items.getLast();
            case "join" -> join(items, given);
            case "map" -> map(items, given);
            case "select" -> chosen(items, each -> each, given, true);
            case "reject" -> chosen(items, each -> each, given, false);
            case "selectattr" -> chosen(items, attribute(given.need(0, "attribute")), given.from(1), true);
            case "rejectattr" -> chosen(items, attribute(given.need(0, "attribute")), given.from(1), false);
            case "sort" -> sorted(items, given);
            case "unique" -> unique(items, given);
            case "min" -> items.stream().min(Values::compare).orElseGet(() -> new Undefined("the least of nothing"));
            case "max" -> items.stream().max(Values::compare).orElseGet(() -> new Undefined("the most of nothing"));
            case "sum" -> sum(items, given);
            case "groupby" -> groups(items, given);
            default -> batches(items, given);
        };
    }

    static Object folded(Object value, boolean cased) {
        return !cased && value instanceof String text ? text.toLowerCase(Locale.ROOT) : value;
    }

    private Object join(List<Object> items, Given given) {
        var attribute = given.get(1, "attribute", None.NONE);
        var of = attribute == None.NONE ? Function.<Object>identity() : attribute(attribute);
        var texts =
                items.stream().map(of).map(each -> (Object) Values.text(each)).toList();
        return methods.texts().join(given.text(0, "d", ""), texts);
    }

    private Object map(List<Object> items, Given given) {
        if (given.positional().isEmpty()) {
            var of = attribute(given.need(0, "attribute"));
            var otherwise = given.named().get("default");
            return listed(items, each -> {
                var found = of.apply(each);
                return found instanceof Undefined && otherwise != null ? otherwise : found;
            });
        }
        var name = given.text(0, "name", "");
        return listed(items, each -> filters.apply(name, each, given.from(1)));
    }

    private static List<Object> listed(List<Object> items, Function<Object, Object> of) {
        var made = new ArrayList<Object>(items.size());
        items.forEach(each -> made.add(of.apply(each)));
        return made;
    }

    private static Object chosen(List<Object> items, Function<Object, Object> of, Given test, boolean wanted) {
        var chosen = new ArrayList<Object>();
        for (var item : items) {
            var value = of.apply(item);
            var passes = test.positional().isEmpty()
                    ? Values.truth(value)
                    : Tests.test(test.text(0, "test", ""), value, test.from(1));
            if (passes == wanted) {
                chosen.add(item);
            }
        }
        return chosen;
    }

    /** Looks up an attribute, a path of them with dots, or an index. */
    private Function<Object, Object> attribute(Object name) {
        if (name instanceof Long) {
            return each -> methods.item(each, name);
        }
        var path = Values.text(name).split("\\.", -1);
        return each -> {
            var value = each;
            for (var part : path) {
                var isIndex = !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9') && part.length() < 10;
                value = methods.item(value, isIndex ? (Object) Long.parseLong(part) : part);
            }
            return value;
        };
    }

    private Function<Object, Object> key(Given given, int position, int casePosition) {
        var attribute = given.get(position, "attribute", None.NONE);
        var cased = given.truth(casePosition, "case_sensitive", false);
        var of = attribute == None.NONE ? Function.<Object>identity() : attribute(attribute);
        return each -> folded(of.apply(each), cased);
    }

    private Object sorted(List<Object> items, Given given) {
        Comparator<Object> order = Comparator.comparing(key(given, 2, 1), Values::compare);
        var sorted = new ArrayList<>(items);
        sorted.sort(given.truth(0, "reverse", false) ? order.reversed() : order);
        return sorted;
    }

    private Object unique(List<Object> items, Given given) {
        var key = key(given, 1, 0);
        var seen = new LinkedHashMap<Object, Object>();
        items.forEach(each -> seen.putIfAbsent(key.apply(each), each));
        return new ArrayList<>(seen.values());
    }

    private Object sum(List<Object> items, Given given) {
        var attribute = given.get(0, "attribute", None.NONE);
        var of = attribute == None.NONE ? Function.<Object>identity() : attribute(attribute);
        Object sum = given.get(1, "start", 0L);
        for (var item : items) {
            sum = Numbers.calculate("+", sum, of.apply(item));
        }
        return sum;
    }

    private Object groups(List<Object> items, Given given) {
        var of = attribute(given.need(0, "attribute"));
        Comparator<Object> order = Comparator.comparing(of, Values::compare);
        var groups = new LinkedHashMap<Object, List<Object>>();
        items.stream()
                .sorted(order)
                .forEach(each -> groups.computeIfAbsent(of.apply(each), key -> new ArrayList<>())
                        .add(each));
        return listed(new ArrayList<>(groups.entrySet()), ListFilters::group);
    }

    private static Object group(Object entry) {
        return entry instanceof Map.Entry<?, ?> group
                ? new Tuple(List.<Object>of(group.getKey(), group.getValue()))
                : entry;
    }

    private static Object batches(List<Object> items, Given given) {
        var size = Math.clamp(given.number(0, "linecount", 1), 1, Integer.MAX_VALUE);
        var batches = new ArrayList<Object>();
        for (int from = 0; from < items.size(); from += size) {
            batches.add(new ArrayList<>(items.subList(from, Math.min(items.size(), from + size))));
        }
        return batches;
    }
}
