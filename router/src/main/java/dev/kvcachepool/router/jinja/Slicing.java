package dev.kvcachepool.router.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's slices of lists and texts. */
final class Slicing {
    private final Budget budget;

    Slicing(Budget budget) {
        this.budget = budget;
    }

    Object slice(Object of, @Nullable Long from, @Nullable Long to, @Nullable Long step) {
        long by = step == null ? 1 : step;
        if (by == 0) {
            throw new TemplateException("a slice has no step");
        }
        return switch (of) {
            case String text
            when by == 1 -> {
                var length = Texts.length(text);
                var start = bound(from, 0, length, 0, length);
                var end = Math.max(start, bound(to, length, length, 0, length));
                var first = Texts.offset(text, (int) start);
                yield text.substring(first, text.offsetByCodePoints(first, (int) (end - start)));
            }
            case String text -> {
                var out = new StringBuilder();
                items(Texts.characters(text), from, to, by).forEach(out::append);
                yield out.toString();
            }
            case Tuple tuple -> new Tuple(items(tuple, from, to, by));
            case List<?> list -> items(list, from, to, by);
            default -> throw new TemplateException(Values.kind(of) + " has no slices");
        };
    }

    private List<Object> items(List<?> list, @Nullable Long from, @Nullable Long to, long by) {
        var size = list.size();
        var start = by > 0 ? bound(from, 0, size, 0, size) : bound(from, size - 1L, size, -1, size - 1L);
        var end = by > 0 ? bound(to, size, size, 0, size) : bound(to, -1, size, -1, size - 1L);
        var items = new ArrayList<Object>();
        if (to == null && by < 0) {
            end = -1;
        }
        budget.items(Math.max(0, (end - start) / by));
        for (long i = start; by > 0 ? i < end : i > end; i += by) {
            items.add(list.get((int) i));
        }
        return items;
    }

    private static long bound(@Nullable Long given, long otherwise, long size, long least, long most) {
        if (given == null) {
            return otherwise;
        }
        return Math.clamp(given < 0 ? given + size : given, least, Math.max(least, most));
    }
}
