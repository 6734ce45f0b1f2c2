package dev.kvcachepool.bench.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvcachepool.bench.load.Tally;
import dev.kvcachepool.bench.report.Conditions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitReportTest {
    private static final long LIMIT = 1 << 20;

    @Test
    void targetsStandBesideWhatWasMeasured() throws Exception {
        // Given puts twice as slow as memcached's, and a wrong byte in what was read back
        var results = new LinkedHashMap<String, LimitResult>();
        results.put("cache-node", result(2_000_000, 1));
        results.put("memcached", result(1_000_000, 0));
        var settings = new LimitSettings(List.of("cache-node", "memcached"), 4, 1, LIMIT);
        // When
        var report = new LimitReport(Conditions.now(List.of(), Map.of(), Map.of()), settings, results);
        // Then
        var targets = report.json().targets();
        assertThat(targets.getFirst().measured()).isCloseTo(2, within(.01));
        assertThat(targets.getFirst().met()).isFalse();
        assertThat(targets.getLast().what()).isEqualTo("wrong bytes");
        assertThat(targets.getLast().met()).isFalse();
        assertThat(report.wrongBytes()).isEqualTo(1);
        assertThat(report.markdown()).contains("| cache-node |", "| memcached  |", "RSS per stored byte");
        assertThat(results.get("cache-node").residentPerStored()).isEqualTo(2);
        assertThat(results.get("cache-node").grownPerStored()).isEqualTo(1.5);
        assertThat(results.get("cache-node").hitRatio()).isEqualTo(.5);
    }

    private static LimitResult result(long putNanos, long wrong) {
        var puts = new Tally();
        puts.moved(1000, putNanos, 0);
        var gets = new Tally();
        gets.moved(1000, 1000, 0);
        gets.missed();
        var swept = new Tally();
        swept.moved(1000, 1000, wrong);
        var result = new LimitResult();
        result.round(new Round(puts, gets, 1));
        result.memory(500, swept, 2000);
        result.usable(256 << 10, new Tally(), LIMIT);
        result.usable(2 << 20, new Tally(), LIMIT);
        result.usable(8 << 20, new Tally(), LIMIT);
        return result;
    }
}
