package dev.kvcachepool.bench.routing;

import dev.kvcachepool.bench.report.Figure;
import dev.kvcachepool.bench.report.MarkdownTable;
import dev.kvcachepool.bench.report.Target;
import dev.kvcachepool.bench.report.Target.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Results as Markdown.
 *
 * @param missing why the simulator's program did not run; empty where it did
 */
record RoutingReport(List<Case> cases, String missing) {
    private static final double MEAN = .9;

    String markdown() {
        var text = new StringBuilder("# Routing on traces\n\n");
        if (!missing.isEmpty()) {
            text.append("The simulator did not run: ").append(missing).append(".\n\n");
        }
        for (var one : cases) {
            text.append("## %s, %d blocks a node\n\n".formatted(one.trace(), one.blocks()));
            var table = new MarkdownTable("policy", "hits", "mean TTFT, s", "p50", "p99", "imbalance", "Mtok");
            one.figures().forEach((policy, figures) -> table.row(row(policy, figures)));
            text.append(table.text()).append('\n');
        }
        text.append("This world gave the simulator's figures for its policy ttft in %d of %d cases.\n\n"
                .formatted(
                        missing.isEmpty()
                                ? cases.stream().filter(Case::isSameWorld).count()
                                : 0,
                        cases.size()));
        return text.append("## Targets\n\n").append(Target.table(targets())).toString();
    }

    private static List<String> row(String policy, Figures figures) {
        return List.of(
                policy,
                String.format(Locale.ROOT, "%.4f", figures.hit()),
                String.format(Locale.ROOT, "%.3f", figures.mean()),
                String.format(Locale.ROOT, "%.3f", figures.p50()),
                String.format(Locale.ROOT, "%.3f", figures.p99()),
                Figure.of(figures.imbalance()),
                Figure.of(figures.prefilled()));
    }

    private List<Target> targets() {
        var targets = new ArrayList<Target>();
        for (var one : cases) {
            var who = one.trace() + ", " + one.blocks() + " blocks: ";
            targets.add(new Target(who + "mean TTFT to the simulator's best", one.meanRatio(), Bound.AT_MOST, MEAN));
            targets.add(new Target(who + "p99 to the simulator's best", one.p99Ratio(), Bound.AT_MOST, 1));
        }
        return targets;
    }
}
