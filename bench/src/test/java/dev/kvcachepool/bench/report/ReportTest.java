package dev.kvcachepool.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.bench.report.Target.Bound;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    @Test
    void figuresHaveThreeDigits() {
        assertThat(Figure.of(1234.5)).isEqualTo("1,235");
        assertThat(Figure.of(12.345)).isEqualTo("12.3");
        assertThat(Figure.of(1.2345)).isEqualTo("1.23");
        assertThat(Figure.of(.0123)).isEqualTo("0.012");
        assertThat(Figure.of(.898)).isEqualTo("0.898");
        assertThat(Figure.of(Double.NaN)).isEqualTo("–");
        assertThat(Figure.size(256 << 10)).isEqualTo("256Ki");
        assertThat(Figure.size(32 << 20)).isEqualTo("32Mi");
        assertThat(Figure.size(1000)).isEqualTo("1000");
    }

    @Test
    void aTableIsAligned() {
        // When
        var text = new MarkdownTable("a", "bb").row("long", "b").text();
        // Then
        assertThat(text).isEqualTo("| a    | bb |\n|------|----|\n| long | b  |\n");
        assertThatThrownBy(() -> new MarkdownTable("a").row("b", "c")).hasMessageContaining("2 cells");
    }

    @Test
    void targetsAreMetOrMissedAndWhatWasNotMeasuredIsLeftOut() {
        // Given
        var targets = List.of(
                new Target("ratio", 1.5, Bound.AT_LEAST, 1.4),
                new Target("cpu", .3, Bound.AT_MOST, .28),
                new Target("absent", Double.NaN, Bound.AT_MOST, 1));
        // When
        var table = Target.table(targets);
        // Then
        assertThat(table).contains("| ratio ", "1.50", "≥ 1.40", "met", "**missed**", "1 of 2 met");
        assertThat(table).doesNotContain("absent");
    }

    @Test
    void aPlotIsAPictureWithoutAScreen(@TempDir Path folder) throws Exception {
        // Given
        var series = new LinkedHashMap<>(Map.of("cache-node", List.of(1.0, 2.0)));
        var plot = new BarPlot("GET", "GB/s", List.of("2Mi", "32Mi"), series);
        // When
        BarPlot.write(List.of(plot, plot), folder.resolve("plot.png"));
        // Then
        assertThat(Files.size(folder.resolve("plot.png"))).isGreaterThan(1000);
    }
}
