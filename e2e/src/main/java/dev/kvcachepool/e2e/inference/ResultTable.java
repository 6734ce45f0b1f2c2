package dev.kvcachepool.e2e.inference;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Results as a table of text. */
final class ResultTable {
    private ResultTable() {}

    static String render(List<WorkloadResult> results) {
        var text = new StringBuilder(String.format(
                Locale.ROOT,
                "%-23s %3s %15s %15s %6s %6s %6s %8s %9s %9s %7s %7s %6s%n",
                "workload",
                "n",
                "without p50/p99",
                "with p50/p99",
                "p50",
                "cold",
                "warm",
                "longest",
                "tokens/s",
                "read",
                "reused",
                "recomp.",
                "equal"));
        for (var result : results) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-23s %3d %6.2f /%6.2f s %6.2f /%6.2f s %5.2fx %6s %6s %8s %9.0f %6.2f GB %6.0f%% %6.0f%% %3d/%-3d%n",
                    result.name(),
                    result.samples().size(),
                    result.firstTokenMs(false, .5) / 1e3,
                    result.firstTokenMs(false, .99) / 1e3,
                    result.firstTokenMs(true, .5) / 1e3,
                    result.firstTokenMs(true, .99) / 1e3,
                    result.ratio(),
                    times(result.coldRatio()),
                    times(result.warmRatio()),
                    times(result.longestRatio()),
                    result.promptTokensPerSecond(),
                    result.bytesRead() / 1e9,
                    100 * result.reusedShare(),
                    100 * result.recomputedShare(),
                    result.equalAnswers(),
                    result.samples().size()));
        }
        return text.toString();
    }

    private static String times(OptionalDouble ratio) {
        return ratio.isEmpty() ? "–" : String.format(Locale.ROOT, "%.2fx", ratio.getAsDouble());
    }
}
