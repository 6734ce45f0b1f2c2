package dev.kvcachepool.bench.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.bench.index.LookUps.Sums;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published counts and checksums of workload W1, to which several independent indexes agree. */
class WorkloadTest {
    private static final int NODES = 64;
    private static final List<Function<Workload, Filled>> WAYS = List.of(Filled::inOrder, Filled::flat);

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void givesTheRightAnswers(int way) {
        // Given
        var workload = new Workload(1000, NODES);
        assertThat(workload.events()).hasSize(16_416);
        var filled = WAYS.get(way).apply(workload);
        assertThat(filled.index().blocks()).isEqualTo(744_756).isEqualTo(workload.blocks());
        assertThat(filled.index().pairs()).isEqualTo(1_294_763).isEqualTo(workload.pairs());

        // When
        var lookUps = new LookUps(filled, "mixed", 500, 0);
        var sums = lookUps.once();

        // Then: and so when all that was looked up has been learnt
        assertThat(sums).isEqualTo(new Sums(304_434, 2_507_780));
        filled.index().tidy();
        assertThat(lookUps.once()).isEqualTo(sums);
        assertThat(lookUps.expected(new Truth(workload))).isEqualTo(sums);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void givesTheRightAnswersWhereBlocksWereEvicted(int way) {
        // Given
        var workload = new Workload(1000, 512);
        var truth = new Truth(workload);
        var filled = WAYS.get(way).apply(workload);
        var lookUps = new LookUps(filled, "mixed", 500, 0);
        var before = lookUps.once();
        filled.index().tidy();

        // When
        filled.evictSome(truth);

        // Then
        assertThat(lookUps.once()).isEqualTo(lookUps.expected(truth)).isNotEqualTo(before);
        filled.index().tidy();
        assertThat(lookUps.once()).isEqualTo(lookUps.expected(truth));
    }

    @Tag("long")
    @ParameterizedTest
    @CsvSource({
        "0,  8000, 108913, 2527209,  4559443, 7374114, 92848065, 83492065, 101354052, 14915705",
        "0, 20000, 267141, 5571225, 10035994, 6752199, 91775758, 83496823, 101292712, 14583978",
        "1, 20000, 267141, 5571225, 10035994, 6752199, 91775758, 83496823, 101292712, 14583978"
    })
    void givesTheRightAnswersAtScale(
            int way,
            int sessions,
            int events,
            long blocks,
            long pairs,
            long best,
            long all,
            long all100,
            long all500,
            long all2000) {
        // Given
        var workload = new Workload(sessions, NODES);
        assertThat(workload.events()).hasSize(events);

        // When
        var filled = WAYS.get(way).apply(workload);

        // Then
        assertThat(filled.index().blocks()).isEqualTo(blocks);
        assertThat(filled.index().pairs()).isEqualTo(pairs);
        assertThat(new LookUps(filled, "mixed", 20_000, 0).once()).isEqualTo(new Sums(best, all));
        assertThat(new LookUps(filled, "d100", 20_000, 0).once()).isEqualTo(new Sums(2_000_000, all100));
        assertThat(new LookUps(filled, "d500", 20_000, 0).once()).isEqualTo(new Sums(10_000_000, all500));
        assertThat(new LookUps(filled, "d2000", 2_000, 0).once()).isEqualTo(new Sums(4_000_000, all2000));
    }

    @Test
    void countsWhatTheSpecificationCounts() {
        // When
        var workload = new Workload(8000, NODES);

        // Then
        assertThat(workload.events()).hasSize(108_913);
        assertThat(workload.blocks()).isEqualTo(2_527_209);
        assertThat(workload.pairs()).isEqualTo(4_559_443);
    }
}
