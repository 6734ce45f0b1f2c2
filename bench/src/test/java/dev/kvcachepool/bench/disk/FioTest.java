package dev.kvcachepool.bench.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kvcachepool.bench.system.FioJob;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FioTest {

    @Test
    void itsReportBecomesASample() throws IOException {
        // Given a note before the report, as fio writes it sometimes
        var output = """
                fio: note
                {"jobs": [{"job_runtime": 500, "usr_cpu": 10.0, "sys_cpu": 30.0,
                  "read": {"io_bytes": 0, "bw_bytes": 0},
                  "write": {"io_bytes": 1000000000, "bw_bytes": 2000000000}}]}
                """;
        // When
        var sample = Fio.sample(FioJob.parse(output, "write"));
        // Then
        assertThat(sample.gigabytesPerSecond()).isCloseTo(2, within(1e-9));
        assertThat(sample.cpuSecondsPerGigabyte()).isCloseTo(.2, within(1e-9));
        assertThatThrownBy(() -> FioJob.parse(output, "read")).hasMessageContaining("moved nothing");
    }
}
