package dev.kvcachepool.operator.desired;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The names in an expression, and whether its brackets match. It is no parser of PromQL: {@code promtool} is one, which
 * {@code MonitoringTest} asks where the machine has it.
 */
record PromQl(String expr) {
    private static final Pattern SERIES = Pattern.compile("([a-zA-Z_:][\\w:]*)\\{([^}]*)}");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"[^\"]*\"");
    private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
    private static final Pattern TEXT = Pattern.compile("\"[^\"]*\"");

    /** What a series is called, and the labels that it is picked or grouped by. */
    record Series(String name, Set<String> labels) {}

    Stream<Series> series() {
        var grouping = GROUPING.matcher(expr)
                .results()
                .flatMap(match -> Stream.of(match.group(1).split("\\s*,\\s*")))
                .collect(Collectors.toSet());
        return SERIES.matcher(expr).results().map(match -> {
            var labels = new HashSet<>(grouping);
            MATCHER.matcher(match.group(2)).results().forEach(label -> labels.add(label.group(1)));
            return new Series(match.group(1), labels);
        });
    }

    boolean bracketsMatch() {
        var open = new ArrayDeque<Character>();
        for (char sign : TEXT.matcher(expr).replaceAll("").toCharArray()) {
            switch (sign) {
                case '(' -> open.push(')');
                case '{' -> open.push('}');
                case '[' -> open.push(']');
                case ')', '}', ']' -> {
                    if (open.isEmpty() || open.pop() != sign) {
                        return false;
                    }
                }
                default -> {
                    // no bracket
                }
            }
        }
        return open.isEmpty();
    }
}
