package dev.kvcachepool.e2e.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is wrong with results, and which bars were missed. */
final class Judgement {
    /** How many times sooner the first token is to come, by the median. */
    private static final Map<WorkloadName, Double> BARS =
            Map.of(WorkloadName.conversation, 3.0, WorkloadName.retrieval_any_position, 3.0);

    private static final double LONG_PROMPT_BAR = 10;
    private static final double MOST_LOSS = 1.05;

    private Judgement() {}

    /** Answers that are not those of an engine without a pool, where they have to be. */
    static List<String> wrong(List<WorkloadResult> results) {
        return results.stream()
                .filter(WorkloadResult::exact)
                .filter(result -> result.equalAnswers() < result.samples().size())
                .map(result -> result.name() + ": " + (result.samples().size() - result.equalAnswers())
                        + " answers differ from those without a pool")
                .toList();
    }

    /** Bars that a result is below. */
    static List<String> missed(List<WorkloadResult> results) {
        var missed = new ArrayList<String>();
        for (var result : results) {
            double bar = BARS.getOrDefault(WorkloadName.valueOf(result.name()), 0.0);
            if (result.ratio() < bar) {
                missed.add(String.format(
                        Locale.ROOT,
                        "%s: %.1f x sooner by the median, the bar is %.0f",
                        result.name(),
                        result.ratio(),
                        bar));
            }
            if (result.name().equals(WorkloadName.few_shot.name()) && result.longestRatio() < LONG_PROMPT_BAR) {
                missed.add(String.format(
                        Locale.ROOT,
                        "%s: %.1f x where the prompt is long and its end short, the bar is %.0f",
                        result.name(),
                        result.longestRatio(),
                        LONG_PROMPT_BAR));
            }
            if (!result.reusable() && 1 / result.ratio() > MOST_LOSS) {
                missed.add(String.format(
                        Locale.ROOT,
                        "%s: %.2f x as long as without the pool, the bar is %.2f",
                        result.name(),
                        1 / result.ratio(),
                        MOST_LOSS));
            }
        }
        return missed;
    }
}
