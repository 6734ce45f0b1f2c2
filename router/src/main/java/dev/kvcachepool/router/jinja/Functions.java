package dev.kvcachepool.router.jinja;

import dev.kvcachepool.router.jinja.Callable.Given;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What every template can call. */
final class Functions {
    /** As in Jinja's sandbox. */
    private static final int MAX_RANGE = 100_000;

    private final Budget budget;
    private final ZonedDateTime now;

    Functions(Budget budget, ZonedDateTime now) {
        this.budget = budget;
        this.now = now;
    }

    void define(Scope scope) {
        scope.set("raise_exception", (Callable) given -> raise(given));
        scope.set("strftime_now", (Callable) given -> Strftime.format(given.text(0, "format", ""), now));
        scope.set("range", (Callable) this::range);
        scope.set("dict", (Callable) this::dict);
        scope.set("namespace", (Callable) given -> new Namespace(dict(given)));
    }

    private static Object raise(Given given) {
        throw new TemplateException(given.text(0, "message", ""));
    }

    private List<Object> range(Given given) {
        var one = given.positional().size() < 2;
        long from = one ? 0 : given.number(0, "start", 0);
        long to = given.number(one ? 0 : 1, "stop", 0);
        long step = given.number(2, "step", 1);
        if (step == 0) {
            throw new TemplateException("a range has no step");
        }
        double count = Math.max(0, Math.ceil(((double) to - from) / step));
        if (count > MAX_RANGE) {
            throw new TemplateException("a range has more than " + MAX_RANGE + " numbers");
        }
        budget.items((long) count);
        var numbers = new ArrayList<Object>((int) count);
        for (long i = 0; i < count; i++) {
            numbers.add(from + i * step);
        }
        return numbers;
    }

    private Map<String, Object> dict(Given given) {
        var made = new LinkedHashMap<String, Object>();
        for (var each : given.positional()) {
            if (!(each instanceof Map<?, ?> map)) {
                throw new TemplateException(Values.kind(each) + " is given where a dict is due");
            }
            budget.items(map.size());
            map.forEach((key, value) -> made.put(Values.text(key), value));
        }
        made.putAll(given.named());
        return made;
    }
}
