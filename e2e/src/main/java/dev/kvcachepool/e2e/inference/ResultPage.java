package dev.kvcachepool.e2e.inference;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Results as one HTML page with inline SVG plots; needs nothing from anywhere. */
final class ResultPage {
    private static final int WIDTH = 720;
    private static final int LABEL = 210;
    private static final int BAR = 16;
    private static final int ROW = 48;

    private ResultPage() {}

    static String render(List<WorkloadResult> results, List<QualityPoint> quality, String table) {
        var page = new StringBuilder("""
                <!doctype html>
                <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
                <title>KVCachePool: time to first token</title>
                <style>
                :root { color-scheme: light dark }
                body { font: 15px/1.5 system-ui, sans-serif; max-width: 760px; margin: 2rem auto; padding: 0 1rem }
                pre { overflow-x: auto; font-size: 11px; border: 1px solid #8884; padding: .8rem }
                svg { width: 100%; height: auto } text { font: 12px system-ui, sans-serif; fill: currentColor }
                .without { fill: #8a8f98 } .with { fill: #1f7a5c } polyline { fill: none; stroke-width: 2 }
                .line-with { stroke: #1f7a5c } .line-without { stroke: #8a8f98 }
                </style>
                <h1>Time to first token, with a pool and without</h1>
                <p>A transformer of Llama's architecture on this machine's processors, with random weights: what is computed and
                what is moved is real, the text is none. Without a pool an engine keeps nothing between prompts.</p>
                """);
        page.append("<pre>").append(table).append("</pre>");
        page.append("<h2>Median, seconds</h2>").append(medians(results));
        for (var result : results) {
            page.append("<h2>").append(result.name()).append("</h2>").append(samples(result));
        }
        if (!quality.isEmpty()) {
            page.append("<h2>Reuse at any position: distance from a full prefill over the recomputed share</h2>")
                    .append(
                            "<p>Total variation between the probabilities of the next token; with random weights, which attend"
                                    + " everywhere alike, it falls later than a trained model's. Below it the time, as a share of a"
                                    + " full prefill's.</p>")
                    .append(curve(quality));
        }
        return page.append("</html>\n").toString();
    }

    private static String medians(List<WorkloadResult> results) {
        double most = results.stream()
                .mapToDouble(result -> Math.max(result.firstTokenMs(false, .5), result.firstTokenMs(true, .5)))
                .max()
                .orElse(1);
        var svg = open(results.size());
        for (int row = 0; row < results.size(); row++) {
            var result = results.get(row);
            bars(svg, row, result.name(), result.firstTokenMs(false, .5), result.firstTokenMs(true, .5), most);
        }
        return svg.append("</svg>").toString();
    }

    private static String samples(WorkloadResult result) {
        double most = Math.max(result.firstTokenMs(false, 1), result.firstTokenMs(true, 1));
        var svg = open(result.samples().size());
        for (int row = 0; row < result.samples().size(); row++) {
            var sample = result.samples().get(row);
            var label = sample.step() + ", " + sample.promptTokens() + " tokens";
            bars(svg, row, label, sample.without().firstTokenMs(), sample.with().firstTokenMs(), most);
        }
        return svg.append("</svg>").toString();
    }

    private static String curve(List<QualityPoint> quality) {
        var turned = quality.stream()
                .filter(point -> point.reuse().equals("turned"))
                .sorted(Comparator.comparingDouble(QualityPoint::share))
                .toList();
        double most = quality.stream().mapToDouble(QualityPoint::distance).max().orElse(1);
        var svg = new StringBuilder("<svg role='img' viewBox='0 0 %d 300'>".formatted(WIDTH));
        line(svg, "with", turned, point -> point.distance() / most);
        line(svg, "without", turned, QualityPoint::timeShare);
        for (var point : quality) {
            boolean naive = !point.reuse().equals("turned");
            if (naive || point.share() == 0) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<text x='70' y='%.0f'>%s: %.3f</text>",
                        Math.max(14, y(point.distance() / most) - 6),
                        naive ? "not turned" : "turned, nothing recomputed",
                        point.distance()));
            }
        }
        return svg.append("<text x='60' y='295'>0 %</text><text x='640' y='295'>100 %</text></svg>")
                .toString();
    }

    private static void line(
            StringBuilder svg, String kind, List<QualityPoint> points, ToDoubleFunction<QualityPoint> height) {
        svg.append("<polyline class='line-").append(kind).append("' points='");
        for (var point : points) {
            svg.append(
                    String.format(Locale.ROOT, "%.1f,%.1f ", 60 + 600 * point.share(), y(height.applyAsDouble(point))));
        }
        svg.append("'/>");
    }

    private static double y(double height) {
        return 270 - 250 * Math.min(1, height);
    }

    private static StringBuilder open(int rows) {
        return new StringBuilder("<svg role='img' viewBox='0 0 %d %d'>".formatted(WIDTH, rows * ROW));
    }

    private static void bars(StringBuilder svg, int row, String label, double without, double with, double most) {
        svg.append("<text x='0' y='%d'>%s</text>".formatted(row * ROW + 24, label));
        bar(svg, row * ROW + 4, "without", without, most);
        bar(svg, row * ROW + 4 + BAR + 2, "with", with, most);
    }

    private static void bar(StringBuilder svg, int y, String kind, double ms, double most) {
        double length = ms / most * (WIDTH - LABEL - 60);
        svg.append(String.format(
                Locale.ROOT,
                "<rect class='%s' x='%d' y='%d' width='%.1f' height='%d'/><text x='%.1f' y='%d'>%.2f s</text>",
                kind,
                LABEL,
                y,
                length,
                BAR,
                LABEL + length + 6,
                y + 12,
                ms / 1e3));
    }
}
