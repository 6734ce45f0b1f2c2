package dev.kvcachepool.router.jinja;

import java.util.List;
import java.util.Map;

/** Something that a template can call: a function, a method of a value, a macro. */
@FunctionalInterface
interface Callable {
    Object call(Given given);

    /** A call's arguments, as they were given. */
    record Given(List<Object> positional, Map<String, Object> named) {
        static final Given NOTHING = new Given(List.of(), Map.of());

        static Given of(Object... positional) {
            return new Given(List.of(positional), Map.of());
        }

        /** The argument at {@code position}, or by {@code name}; {@code otherwise} where it is not given. */
        Object get(int position, String name, Object otherwise) {
            return position < positional.size() ? positional.get(position) : named.getOrDefault(name, otherwise);
        }

        /** The same, and an error where it is not given. */
        Object need(int position, String name) {
            var value = get(position, name, Missing.MISSING);
            if (value == Missing.MISSING) {
                throw new TemplateException("argument " + name + " is missing");
            }
            return value;
        }

        boolean has(int position, String name) {
            return position < positional.size() || named.containsKey(name);
        }

        long number(int position, String name, long otherwise) {
            return Numbers.whole(get(position, name, otherwise));
        }

        boolean truth(int position, String name, boolean otherwise) {
            return Values.truth(get(position, name, otherwise));
        }

        String text(int position, String name, String otherwise) {
            return Values.text(get(position, name, otherwise));
        }

        Given from(int position) {
            return new Given(positional.subList(Math.min(position, positional.size()), positional.size()), named);
        }

        private enum Missing {
            MISSING
        }
    }
}
