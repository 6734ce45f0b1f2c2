package dev.kvcachepool.e2e.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class JudgementTest {

    private static Sample sample(boolean cold, int promptTokens, double without, double with) {
        return new Sample("step", cold, promptTokens, answer(without), answer(with));
    }

    private static Answer answer(double firstTokenMs) {
        return new Answer(List.of(1), firstTokenMs, firstTokenMs, 0, 0, 0, 0);
    }

    private static WorkloadResult result(WorkloadName name, Sample... samples) {
        return new WorkloadResult(name.name(), true, name != WorkloadName.nothing_shared, List.of(samples));
    }

    private static List<String> missed(WorkloadName name, Sample... samples) {
        return Judgement.missed(List.of(result(name, samples)));
    }

    @Test
    void aPromptThatThePoolCouldNotHoldDoesNotSpeakForLongOnes() {
        // Given few-shot questions of one length, of which the first is cold
        var samples =
                new Sample[] {sample(true, 1000, 100, 100), sample(false, 1000, 100, 8), sample(false, 1000, 100, 4)};

        // When
        var missed = missed(WorkloadName.few_shot, samples);

        // Then
        assertThat(missed).isEmpty();
        assertThat(result(WorkloadName.few_shot, samples).longestRatio()).hasValue(12.5);
        assertThat(missed(WorkloadName.few_shot, samples[0], sample(false, 1000, 100, 20)))
                .singleElement()
                .asString()
                .contains("few_shot: 5.0 x", "the bar is 10");
    }

    @Test
    void theLongestAreThoseWithinFivePercentOfTheLongestWarmOne() {
        var result = result(
                WorkloadName.few_shot,
                sample(true, 2000, 100, 100),
                sample(false, 1000, 100, 50),
                sample(false, 960, 100, 20),
                sample(false, 951, 100, 10),
                sample(false, 949, 100, 1));

        assertThat(result.longestRatio()).hasValue(5);
    }

    @Test
    void ratiosAreThoseOfMediansOfColdWarmAndAll() {
        // Given
        var result = result(
                WorkloadName.conversation,
                sample(true, 10, 90, 100),
                sample(false, 20, 200, 50),
                sample(false, 30, 300, 100),
                sample(false, 40, 400, 200));

        // Then
        assertThat(result.coldRatio().orElseThrow()).isCloseTo(.9, within(1e-9));
        assertThat(result.warmRatio()).hasValue(3);
        assertThat(result.ratio()).isEqualTo(2);
    }

    @Test
    void whatThereIsNoneOfHasNoRatio() {
        var cold = result(WorkloadName.nothing_shared, sample(true, 10, 1, 1));
        var warm = result(WorkloadName.two_nodes, sample(false, 10, 1, 1));

        assertThat(cold.warmRatio()).isEmpty();
        assertThat(cold.longestRatio()).isEmpty();
        assertThat(warm.coldRatio()).isEmpty();
        assertThat(ResultTable.render(List.of(cold))).contains("–");
        assertThat(ResultTable.render(
                        List.of(result(WorkloadName.conversation, sample(true, 10, 1, 1), sample(false, 10, 1, 1)))))
                .doesNotContain("–");
    }

    @Test
    void aConversationIsJudgedByAllOfItAndRetrievalByWhatIsWarm() {
        var samples = new Sample[] {sample(true, 10, 100, 100), sample(false, 10, 100, 30), sample(true, 10, 100, 100)};

        assertThat(missed(WorkloadName.conversation, samples))
                .singleElement()
                .asString()
                .contains("conversation: 1.0 x");
        assertThat(missed(WorkloadName.retrieval_any_position, samples)).isEmpty();
        assertThat(missed(WorkloadName.retrieval_any_position, sample(false, 10, 100, 40)))
                .singleElement()
                .asString()
                .contains("2.5 x");
    }

    @Test
    void aLossIsMissedWhereNothingCouldBeReadUnlessItIsOneSampleAlone() {
        var slower = sample(true, 10, 100, 106);
        var fine = sample(true, 10, 100, 105);
        var warm = sample(false, 10, 100, 10);

        assertThat(missed(WorkloadName.nothing_shared, slower))
                .singleElement()
                .asString()
                .contains("1.06 x");
        assertThat(missed(WorkloadName.nothing_shared, fine)).isEmpty();
        assertThat(missed(WorkloadName.pool_too_small, slower, slower, warm))
                .singleElement()
                .asString()
                .contains("pool_too_small, cold: 1.06 x");
        assertThat(missed(WorkloadName.pool_too_small, fine, fine, warm)).isEmpty();
        assertThat(missed(WorkloadName.pool_too_small, slower, warm)).isEmpty();
    }

    @Test
    void aPoolThatIsSlowerThanComputingMayCostNothingThoughItHoldsThePrompt() {
        assertThat(missed(WorkloadName.slow_pool, sample(false, 10, 100, 106)))
                .singleElement()
                .asString()
                .contains("slow_pool: 1.06 x");
        assertThat(missed(WorkloadName.slow_pool, sample(false, 10, 100, 104))).isEmpty();
    }

    @Test
    void anAnswerThatMayDifferMayNotWhereNothingWasReused() {
        // Given a workload whose answers may differ
        var same = answer(1);
        var other = new Answer(List.of(2), 1, 1, 0, 0, 0, 0);
        var warm = new Sample("step", false, 10, same, other);
        var cold = new Sample("step", true, 10, same, other);
        var name = WorkloadName.retrieval_any_position.name();

        // Then
        assertThat(Judgement.wrong(List.of(new WorkloadResult(name, false, true, List.of(warm)))))
                .isEmpty();
        assertThat(Judgement.wrong(List.of(new WorkloadResult(name, false, true, List.of(warm, cold)))))
                .singleElement()
                .asString()
                .contains("1 answers differ");
        assertThat(Judgement.wrong(List.of(new WorkloadResult(name, true, true, List.of(warm, cold)))))
                .singleElement()
                .asString()
                .contains("2 answers differ");
    }
}
