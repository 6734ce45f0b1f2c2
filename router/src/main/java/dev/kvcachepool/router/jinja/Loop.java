package dev.kvcachepool.router.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code loop} of a turn. Not thread-safe. */
final class Loop {
    private final List<Object> items;
    private int at = -1;
    private @Nullable Object changed;

    Loop(List<Object> items) {
        this.items = items;
    }

    boolean next() {
        at++;
        return at < items.size();
    }

    Object item() {
        return items.get(at);
    }

    @Nullable
    Object field(String name) {
        long size = items.size();
        return switch (name) {
            case "index" -> at + 1L;
            case "index0" -> (long) at;
            case "revindex" -> size - at;
            case "revindex0" -> size - at - 1;
            case "first" -> at == 0;
            case "last" -> at == size - 1;
            case "length" -> size;
            // Of recursive loops, which are not supported.
            case "depth" -> 1L;
            case "depth0" -> 0L;
            case "previtem" -> at > 0 ? items.get(at - 1) : new Undefined("there is no previous item");
            case "nextitem" -> at + 1 < size ? items.get(at + 1) : new Undefined("there is no next item");
            case "cycle" -> (Callable) given -> cycle(given);
            case "changed" -> (Callable) given -> changed(given);
            default -> null;
        };
    }

    private Object cycle(Callable.Given given) {
        if (given.positional().isEmpty()) {
            throw new TemplateException("loop.cycle has nothing to go through");
        }
        return given.positional().get(at % given.positional().size());
    }

    private Object changed(Callable.Given given) {
        var differs = changed == null || !Values.equal(changed, given.positional());
        changed = given.positional();
        return differs;
    }
}
