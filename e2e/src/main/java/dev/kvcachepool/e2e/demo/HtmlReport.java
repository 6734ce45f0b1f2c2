package dev.kvcachepool.e2e.demo;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The result as one HTML page with inline SVG plots; needs nothing from anywhere. */
final class HtmlReport {
    private static final List<String> COLOURS = List.of("#8a8f98", "#d08c2e", "#1f7a5c");
    private static final int WIDTH = 640;
    private static final int HEIGHT = 260;
    private static final int MARGIN = 48;

    private HtmlReport() {}

    static String render(DemoResult result) {
        return """
                <!doctype html>
                <html lang="en"><meta charset="utf-8"><title>KVCachePool demo</title>
                <style>
                body { font: 15px/1.5 system-ui, sans-serif; max-width: 720px; margin: 2rem auto; color: #222 }
                pre { background: #f5f6f7; padding: 1rem; overflow-x: auto; font-size: 11px }
                svg { width: 100%%; height: auto } text { font: 12px system-ui, sans-serif; fill: #444 }
                </style>
                <h1>KVCachePool demo: %s trace</h1>
                <p>%d requests at %.0f x speed over %d cache-nodes of %d MiB; times are the trace's. Only the GPU is
                simulated, as a sleep.</p>
                <pre>%s</pre>
                <h2>Hit ratio</h2>%s
                <p>A cache that never forgets would reach %.3f, which is the full width. Of the hits, the engine's own
                cache-node held:</p>%s
                <h2>Mean time to first token, ms</h2>%s
                <h2>Time to first token: share of requests answered within</h2>%s
                </html>
                """.formatted(
                        result.trace(),
                        result.requests(),
                        result.speed(),
                        result.nodes(),
                        result.hostBytesPerNode() >> 20,
                        Table.render(result),
                        bars(result, PassResult::hitRatio, Math.max(result.idealHitRatio(), .01), "%.3f"),
                        result.idealHitRatio(),
                        bars(result, PassResult::localHitRatio, Math.max(result.idealHitRatio(), .01), "%.3f"),
                        bars(result, PassResult::ttftMeanMs, max(result, PassResult::ttftMeanMs), "%.0f"),
                        curves(result));
    }

    private static double max(DemoResult result, ToDoubleFunction<PassResult> value) {
        return result.passes().stream().mapToDouble(value).max().orElse(1);
    }

    private static String bars(DemoResult result, ToDoubleFunction<PassResult> value, double most, String format) {
        var svg = new StringBuilder("<svg viewBox='0 0 %d %d'>"
                .formatted(WIDTH, 40 * result.passes().size()));
        for (int row = 0; row < result.passes().size(); row++) {
            var pass = result.passes().get(row);
            var length = value.applyAsDouble(pass) / most * (WIDTH - 220);
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x='0' y='%d'>%s</text><rect x='110' y='%d' width='%.1f' height='22' fill='%s'/>"
                            + "<text x='%.1f' y='%d'>" + format + "</text>",
                    row * 40 + 20,
                    pass.policy(),
                    row * 40 + 4,
                    length,
                    COLOURS.get(row % COLOURS.size()),
                    length + 118,
                    row * 40 + 20,
                    value.applyAsDouble(pass)));
        }
        return svg.append("</svg>").toString();
    }

    private static String curves(DemoResult result) {
        var most = result.passes().stream()
                .mapToDouble(PassResult::ttftP99Ms)
                .max()
                .orElse(1);
        var svg = new StringBuilder("<svg viewBox='0 0 %d %d'>".formatted(WIDTH, HEIGHT));
        svg.append("<rect x='%d' y='10' width='%d' height='%d' fill='none' stroke='#ccc'/>"
                .formatted(MARGIN, WIDTH - MARGIN - 10, HEIGHT - MARGIN));
        for (int number = 0; number < result.passes().size(); number++) {
            var pass = result.passes().get(number);
            var colour = COLOURS.get(number % COLOURS.size());
            svg.append(
                    "<polyline fill='none' stroke='%s' stroke-width='2' points='%s'/><text x='%d' y='%d' style='fill:%s'>%s</text>"
                            .formatted(
                                    colour,
                                    points(pass.sortedTtft(), most),
                                    WIDTH - 130,
                                    HEIGHT - MARGIN - 20 * (result.passes().size() - number),
                                    colour,
                                    pass.policy()));
        }
        svg.append("<text x='%d' y='%d'>0</text><text x='%d' y='%d'>%.0f ms</text><text x='8' y='18'>100 %%</text>"
                .formatted(MARGIN, HEIGHT - 20, WIDTH - 80, HEIGHT - 20, most));
        return svg.append("</svg>").toString();
    }

    private static String points(List<Double> sorted, double most) {
        return java.util.stream.IntStream.rangeClosed(0, 100)
                .mapToObj(percent -> {
                    var x = Math.min(1, PassResult.quantile(sorted, percent / 100.0) / most) * (WIDTH - MARGIN - 10);
                    return String.format(
                            Locale.ROOT, "%.1f,%.1f", MARGIN + x, 10 + (HEIGHT - MARGIN) * (1 - percent / 100.0));
                })
                .collect(Collectors.joining(" "));
    }
}
