package dev.kvcachepool.e2e.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is wrong with results, and which bars were missed. */
final class Judgement {
    /** How many times sooner the first token is to come, by the median. */
    private static final double BAR = 3;

    private static final double LONG_PROMPT_BAR = 10;
    /** How many times as long it may take where a pool can't help. */
    private static final double MOST_LOSS = 1.05;
    /** One sample alone is noise. */
    private static final int LEAST_COLD = 2;

    private Judgement() {}

    /** Answers that are not those of an engine without a pool, where they have to be. */
    static List<String> wrong(List<WorkloadResult> results) {
        return results.stream()
                .filter(result -> result.wrongAnswers() > 0)
                .map(result ->
                        result.name() + ": " + result.wrongAnswers() + " answers differ from those without a pool")
                .toList();
    }

    /** Bars that a result is below; one for which nothing was measured is missed, too. */
    static List<String> missed(List<WorkloadResult> results) {
        var missed = new ArrayList<String>();
        for (var result : results) {
            switch (WorkloadName.valueOf(result.name())) {
                case conversation ->
                    sooner(missed, result.name() + ": %.1f x sooner by the median", result.ratio(), BAR);
                case retrieval_any_position ->
                    sooner(
                            missed,
                            result.name() + ": %.1f x sooner by the median of what is warm",
                            result.warmRatio().orElse(0),
                            BAR);
                case few_shot ->
                    sooner(
                            missed,
                            result.name() + ": %.1f x where the prompt is long and its end short",
                            result.longestRatio().orElse(0),
                            LONG_PROMPT_BAR);
                case slow_pool -> noLoss(missed, result.name(), result.ratio());
                default -> {}
            }
            if (!result.reusable()) {
                noLoss(missed, result.name(), result.ratio());
            } else if (result.coldSamples() >= LEAST_COLD) {
                noLoss(missed, result.name() + ", cold", result.coldRatio().orElseThrow());
            }
        }
        return missed;
    }

    private static void sooner(List<String> missed, String line, double ratio, double bar) {
        if (ratio < bar) {
            missed.add(String.format(Locale.ROOT, line + ", the bar is %.0f", ratio, bar));
        }
    }

    private static void noLoss(List<String> missed, String what, double ratio) {
        if (1 / ratio > MOST_LOSS) {
            missed.add(String.format(
                    Locale.ROOT,
                    "%s: %.2f x as long as without the pool, the bar is %.2f",
                    what,
                    1 / ratio,
                    MOST_LOSS));
        }
    }
}
