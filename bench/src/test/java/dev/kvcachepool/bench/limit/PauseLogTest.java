package dev.kvcachepool.bench.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PauseLogTest {
    private static final String START = """
            [0.004s][info][gc] Using Serial
            [0.574s][info][gc       ] GC(1) Pause Young (Allocation Failure) 9M->6M(15M) 8.205ms
            """;
    private static final String LOAD = """
            [2.574s][info][gc       ] GC(2) Pause Young (Allocation Failure) 9M->6M(15M) 2.205ms
            [2.574s][info][safepoint] Safepoint "SerialCollectForAllocation", Time since last: 178996388 ns, \
            Reaching safepoint: 3349 ns, At safepoint: 2252567 ns, Leaving safepoint: 3423 ns, Total: 2259339 ns, Threads: 0
            [2.929s][info][safepoint] Safepoint "ICBufferFull", Time since last: 9 ns, Total: 3500000 ns, Threads: 0
            [2.930s][info][gc       ] GC(3) Concurrent Mark 77.1ms
            """;

    @Test
    void theLongestOfBothKindsIsFound() {
        var pauses = PauseLog.parse(START + LOAD);
        assertThat(pauses.collection()).isEqualTo(8.205);
        assertThat(pauses.safepoint()).isCloseTo(3.5, within(1e-9));
        assertThat(PauseLog.parse("")).isEqualTo(new PauseLog.Pauses(0, 0));
    }

    @Test
    void aCollectorThatStopsNothingForLongTellsItsPausesAmongItsPhases() {
        // Given
        var log = """
                [5.002s][info][gc,phases] GC(2) y: Pause Mark Start 0.017ms
                [5.012s][info][gc,phases] GC(2) y: Concurrent Mark 9.502ms
                [5.013s][info][gc,phases] GC(2) y: Pause Mark End 0.021ms
                [5.020s][info][gc       ] GC(2) Minor Collection (Proactive) 30M(16%)->20M(10%) 0.018s
                """;
        // Then
        assertThat(PauseLog.parse(log).collection()).isEqualTo(.021);
    }

    @Test
    void theStartDoesNotCount(@TempDir Path folder) throws Exception {
        // Given
        var file = Files.writeString(folder.resolve("log"), START);
        var log = new PauseLog(file);
        // When
        log.begin();
        Files.writeString(file, LOAD, StandardOpenOption.APPEND);
        // Then
        assertThat(log.longest().collection()).isEqualTo(2.205);
    }
}
