package dev.kvcachepool.router.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names in force: what a loop's turn, a macro or a block sets is its own, what is outside is seen. Not thread-safe. */
final class Scope {
    private final @Nullable Scope outer;
    private final Map<String, Object> names = new HashMap<>();

    Scope(@Nullable Scope outer) {
        this.outer = outer;
    }

    Scope inner() {
        return new Scope(this);
    }

    void set(String name, Object value) {
        names.put(name, value);
    }

    Object get(String name) {
        for (var scope = this; scope != null; scope = scope.outer) {
            var value = scope.names.get(name);
            if (value != null) {
                return value;
            }
        }
        return new Undefined("'" + name + "'");
    }
}
