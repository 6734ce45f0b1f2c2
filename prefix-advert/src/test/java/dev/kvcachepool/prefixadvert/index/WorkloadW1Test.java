package dev.kvcachepool.prefixadvert.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The published counts and checksums of workload W1, to which several independent indexes agree. */
class WorkloadW1Test {

    @Test
    void givesTheRightAnswersInOrder() {
        // Given
        var workload = new WorkloadW1(1000);
        assertThat(workload.events).hasSize(16_416);
        var run = new WorkloadW1Run(workload);
        run.load();
        assertThat(run.index.blocks()).isEqualTo(744_756);
        assertThat(run.index.pairs()).isEqualTo(1_294_763);

        // When
        var sums = run.ask("mixed", 500);

        // Then
        assertThat(sums).isEqualTo(new WorkloadW1Run.Sums(304_434, 2_507_780));
    }

    @Test
    void givesTheSameAnswersWithoutOrderOrParents() {
        // Given
        var run = new WorkloadW1Run(new WorkloadW1(1000));
        run.loadFlat();

        // When
        var sums = run.ask("mixed", 500);

        // Then
        assertThat(sums).isEqualTo(new WorkloadW1Run.Sums(304_434, 2_507_780));
    }

    @Test
    @Tag("long")
    void givesTheRightAnswersAtEightThousandSessions() {
        // Given
        var workload = new WorkloadW1(8000);
        assertThat(workload.events).hasSize(108_913);
        var run = new WorkloadW1Run(workload);
        run.load();
        assertThat(run.index.blocks()).isEqualTo(2_527_209);
        assertThat(run.index.pairs()).isEqualTo(4_559_443);

        // When, Then
        asksEverything(run, new WorkloadW1Run.Sums(7_374_114, 92_848_065), 83_492_065, 101_354_052, 14_915_705);
    }

    @Test
    @Tag("long")
    void givesTheRightAnswersAtTwentyThousandSessions() {
        // Given
        var workload = new WorkloadW1(20_000);
        assertThat(workload.events).hasSize(267_141);
        var run = new WorkloadW1Run(workload);
        run.load();
        assertThat(run.index.blocks()).isEqualTo(5_571_225);
        assertThat(run.index.pairs()).isEqualTo(10_035_994);

        // When, Then
        asksEverything(run, new WorkloadW1Run.Sums(6_752_199, 91_775_758), 83_496_823, 101_292_712, 14_583_978);
    }

    @Test
    @Tag("long")
    void givesTheSameAnswersFlatAtTwentyThousandSessions() {
        // Given
        var run = new WorkloadW1Run(new WorkloadW1(20_000));
        run.loadFlat();
        assertThat(run.index.pairs()).isEqualTo(10_035_994);

        // When, Then
        asksEverything(run, new WorkloadW1Run.Sums(6_752_199, 91_775_758), 83_496_823, 101_292_712, 14_583_978);
    }

    private static void asksEverything(
            WorkloadW1Run run, WorkloadW1Run.Sums mixed, long all100, long all500, long all2000) {
        assertThat(run.ask("mixed", 20_000)).isEqualTo(mixed);
        assertThat(run.ask("d100", 20_000)).isEqualTo(new WorkloadW1Run.Sums(2_000_000, all100));
        assertThat(run.ask("d500", 20_000)).isEqualTo(new WorkloadW1Run.Sums(10_000_000, all500));
        assertThat(run.ask("d2000", 2_000)).isEqualTo(new WorkloadW1Run.Sums(4_000_000, all2000));
    }
}
