package dev.kvcachepool.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Groups of bars: one group a label of the x axis, one bar a series. Needs no screen. */
public record BarPlot(String title, String y, List<String> x, SequencedMap<String, List<Double>> series) {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;

    /** Writes plots one above the other as one PNG; the file's name ends in it. */
    public static void write(List<BarPlot> plots, Path file) throws IOException {
        System.setProperty("java.awt.headless", "true");
        var charts = plots.stream().map(BarPlot::chart).toList();
        BitmapEncoder.saveBitmap(charts, charts.size(), 1, file.toString(), BitmapFormat.PNG);
    }

    private CategoryChart chart() {
        var chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(y)
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setAvailableSpaceFill(.8);
        chart.getStyler().setYAxisMin(0.0);
        for (Map.Entry<String, List<Double>> one : series.entrySet()) {
            chart.addSeries(one.getKey(), x, one.getValue());
        }
        return chart;
    }
}
