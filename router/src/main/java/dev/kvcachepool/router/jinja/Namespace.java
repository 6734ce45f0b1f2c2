package dev.kvcachepool.router.jinja;

import java.util.HashMap;
import java.util.Map;

/** What {@code namespace(…)} makes: the one thing that a template may change from within a loop. */
final class Namespace {
    final Map<String, Object> values;

    Namespace(Map<String, Object> values) {
        this.values = new HashMap<>(values);
    }
}
