package dev.kvcachepool.bench.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.bench.load.Tally;
import dev.kvcachepool.bench.report.Conditions;
import dev.kvcachepool.bench.report.Results;
import dev.kvcachepool.bench.servers.Transport;
import dev.kvcachepool.bench.system.LoadAverage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreReportTest {
    private static final long SIZE = 2 << 20;

    @Test
    void aRunBecomesJsonMarkdownAndPlots(@TempDir Path root) throws Exception {
        // Given
        var results = new StoreResults();
        results.add(new Cell("cache-node", Transport.TCP, Operation.GET, SIZE, 4), sample(3_000_000_000L));
        results.add(new Cell("redis", Transport.TCP, Operation.GET, SIZE, 4), sample(1_000_000_000L));
        var conditions = Conditions.now(
                List.of(new LoadAverage(1.5, 1, 1)), Map.of("redis", "7.0.15"), Map.of("nginx", "not installed"));
        var settings = new StoreSettings(
                List.of("cache-node", "redis", "nginx"),
                List.of(Transport.TCP),
                List.of(SIZE),
                List.of(4),
                1,
                700,
                1 << 29);
        var report = new StoreReport(conditions, settings, 14, results);
        // When
        new Results(root, "store").write(report.json(), report.markdown());
        // Then
        var json = new ObjectMapper()
                .readTree(root.resolve("target/bench/store.json").toFile());
        assertThat(json.at("/cells/0/gigabytesPerSecond").asDouble()).isEqualTo(3);
        assertThat(json.at("/conditions/machine/cores").asInt()).isPositive();
        assertThat(json.at("/conditions/versions/redis").asText()).isEqualTo("7.0.15");
        assertThat(Files.readString(root.resolve("target/bench/store.md")))
                .contains(
                        "| GET 2Mi: GB/s, ratio to redis | 3.00     | ≥ 1.40    | met |",
                        "Not measured: nginx: not installed");
        assertThat(report.plots()).hasSize(2);
        assertThat(report.plots().getLast().series()).containsOnlyKeys("cache-node", "redis");
    }

    private static Sample sample(long bytes) {
        var tally = new Tally();
        tally.moved(bytes, 1_000_000, 0);
        return new Sample(tally, 1, .5);
    }
}
