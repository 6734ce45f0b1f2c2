package dev.kvcachepool.bench.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvcachepool.bench.load.Tally;
import dev.kvcachepool.bench.report.Target;
import dev.kvcachepool.bench.servers.Transport;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreTargetsTest {
    private static final long SIZE = 2 << 20;
    private final StoreResults results = new StoreResults();

    @Test
    void ratiosAndCpuAreJudgedAtFourConnections() {
        // Given one round, ours twice as fast as redis at four connections and slower at one
        add("cache-node", 4, 2_000_000_000, .5);
        add("redis", 4, 1_000_000_000, .5);
        add("cache-node", 1, 1, .5);
        // When
        var targets = new StoreTargets(results, List.of(1, 4))
                .of(List.of(SIZE)).stream()
                        .filter(target -> Double.isFinite(target.measured()))
                        .toList();
        // Then
        assertThat(targets)
                .extracting(Target::what)
                .containsExactly("GET 2Mi: GB/s, ratio to redis", "GET 2Mi: server CPU-s/GB");
        assertThat(targets.getFirst().measured()).isCloseTo(2, within(1e-9));
        assertThat(targets.getFirst().met()).isTrue();
        assertThat(targets.getLast().measured()).isCloseTo(.25, within(1e-9));
    }

    @Test
    void wrongAndLostValuesAreCountedOverAllCells() {
        // Given
        var wrong = new Tally();
        wrong.moved(10, 1, 4);
        var lost = new Tally();
        lost.missed();
        // When
        results.add(cell("redis", 1), new Sample(wrong, 1, 1));
        results.add(cell("nginx", 1), new Sample(lost, 1, 1));
        // Then
        assertThat(results.wrongBytes()).isEqualTo(4);
        assertThat(results.lostValues()).isEqualTo(1);
    }

    private void add(String server, int connections, long bytes, double cpu) {
        var tally = new Tally();
        tally.moved(bytes, 1, 0);
        results.add(cell(server, connections), new Sample(tally, 1, cpu));
    }

    private static Cell cell(String server, int connections) {
        return new Cell(server, Transport.TCP, Operation.GET, SIZE, connections);
    }
}
