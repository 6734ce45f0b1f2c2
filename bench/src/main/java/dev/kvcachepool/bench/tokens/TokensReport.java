package dev.kvcachepool.bench.tokens;

import dev.kvcachepool.bench.report.Conditions;
import dev.kvcachepool.bench.report.Figure;
import dev.kvcachepool.bench.report.MarkdownTable;
import java.util.List;
import java.util.Map;

/**
 * Results as JSON and Markdown.
 *
 * @param tokens of the longest prompt
 * @param millis by what was timed, in the order of the runs
 */
record TokensReport(Conditions conditions, String tokenizer, int tokens, Map<String, List<Double>> millis) {

    String markdown() {
        var table = new MarkdownTable("ms", "p50", "p99", "most", "times");
        millis.forEach((what, times) -> {
            var sorted = times.stream().sorted().toList();
            table.row(
                    what,
                    Figure.of(at(sorted, .5)),
                    Figure.of(at(sorted, .99)),
                    Figure.of(sorted.getLast()),
                    "" + sorted.size());
        });
        return "# Tokens of a conversation's next turn\n\n" + conditions.text()
                + "\nTokenizer %s; prompts of up to %d tokens, every list of tokens equal to the library's.\n\n"
                        .formatted(tokenizer, tokens)
                + table.text();
    }

    private static double at(List<Double> sorted, double share) {
        return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(share * sorted.size())));
    }
}
