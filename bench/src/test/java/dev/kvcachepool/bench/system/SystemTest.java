package dev.kvcachepool.bench.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class SystemTest {

    @Test
    void cpuTimeStandsBehindANameWithBlanksAndBrackets() {
        // Given
        var line = "4711 (nginx: worker) x) S 1 4711 4711 0 -1 4194560 5 0 0 0 250 75 9 9 20 0 1 0 99 1 1 1";
        // When
        var stat = ProcessStat.parse(line);
        // Then
        assertThat(stat).isEqualTo(new ProcessStat(250, 75));
        assertThat(stat.cpuSeconds()).isEqualTo(3.25);
    }

    @Test
    void anythingElseIsRefused() {
        assertThatThrownBy(() -> ProcessStat.parse("4711 nginx S")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thisProcessHasTakenTimeAndMemory() throws IOException {
        // Given
        var tree = new ProcessTree(ProcessHandle.current());
        var told = ProcessHandle.current().info().totalCpuDuration().orElseThrow();
        // Then both ways to ask agree but for children and rounding
        assertThat(tree.cpuSeconds()).isCloseTo(told.toMillis() / 1000.0, within(2.0));
        assertThat(tree.residentBytes()).isGreaterThan(10L << 20);
    }

    @Test
    void aLoadAverageIsThreeNumbers() {
        assertThat(LoadAverage.parse("2.51 1.93 1.80 2/81 24992\n")).isEqualTo(new LoadAverage(2.51, 1.93, 1.80));
    }
}
