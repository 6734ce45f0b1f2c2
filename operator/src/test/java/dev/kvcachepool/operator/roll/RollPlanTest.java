package dev.kvcachepool.operator.roll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.RolloutStatus.Phase;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollPlanTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final NodeForm OLD = new NodeForm("image:1", "shape", "settings", "", "");
    private static final NodeForm OTHER_IMAGE = new NodeForm("image:2", "shape", "settings", "", "");
    private static final NodeForm OTHER_SHAPE = new NodeForm("image:2", "shape2", "settings", "", "");

    private static Pod named(int ordinal) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p-" + ordinal)
                .endMetadata()
                .build();
    }

    private static RollPod serving(int ordinal, NodeForm form) {
        return new RollPod(named(ordinal), form, false, true, NOW.minusSeconds(60), 0, true, -1, null);
    }

    private static RollPod idle(int ordinal, NodeForm form, long seconds) {
        return new RollPod(named(ordinal), form, false, false, NOW.minusSeconds(seconds), 0, true, -1, null);
    }

    private static RollPod ending(int ordinal, NodeForm form) {
        return new RollPod(named(ordinal), form, true, true, NOW, 0, true, -1, null);
    }

    private static RollPod restarting(int ordinal, NodeForm form) {
        return told(ordinal, form, true, 5);
    }

    private static RollPod told(int ordinal, NodeForm form, boolean ready, long secondsAgo) {
        return new RollPod(
                named(ordinal),
                form,
                false,
                ready,
                NOW.minus(Duration.ofDays(3)),
                3,
                true,
                3,
                NOW.minusSeconds(secondsAgo));
    }

    private static RollPlan.Step next(NodeForm wanted, int mostAway, RollPod... pods) {
        return new RollPlan(wanted, List.of(pods), pods.length, mostAway, NOW).next();
    }

    private static String text(RollPlan.Step step) {
        return step.status().phase() + " " + step.status().current();
    }

    @Test
    void nodesOfTheNewestFormAreLeftAlone() {
        // When
        var step = next(OLD, 1, serving(0, OLD), serving(1, OLD));
        // Then
        assertThat(step.pod()).isNull();
        assertThat(text(step)).isEqualTo("Complete null");
    }

    @Test
    void theHighestGoesFirstAndTenComesAfterNine() {
        // When, Then
        assertThat(text(next(OTHER_SHAPE, 1, serving(9, OLD), serving(10, OLD), serving(1, OLD))))
                .isEqualTo("Replacing p-10");
        assertThat(text(next(OTHER_SHAPE, 1, serving(9, OLD), serving(10, OTHER_SHAPE), serving(1, OLD))))
                .isEqualTo("Replacing p-9");
    }

    @Test
    void anotherImageAloneRestartsTheContainerWhereItIs() {
        // When
        var step = next(OTHER_IMAGE, 1, serving(0, OLD));
        // Then
        assertThat(step.inPlace()).isTrue();
        assertThat(step.reason()).isEqualTo(RestartReason.ImageChanged);
        assertThat(step.status().reason()).isEqualTo("p-0 is restarted where it is, as its image is image:2 now");
    }

    @ParameterizedTest
    @CsvSource({
        "image:1, settings, ab12, '', SecretsChanged, a Secret that it has read at its start says something else",
        "image:1, settings2, ab12, '', SettingsChanged, its settings are others",
        "image:2, settings2, '', '', SettingsChanged, its settings are others",
        "image:2, settings2, '', now, RestartRequested, a restart was asked for"
    })
    void whatThePodIsNotMadeOfRestartsTheContainerToo(
            String image, String settings, String secrets, String restart, RestartReason reason, String because) {
        // When
        var step = next(new NodeForm(image, "shape", settings, secrets, restart), 1, serving(0, OLD));
        // Then
        assertThat(step.inPlace()).isTrue();
        assertThat(step.reason()).isEqualTo(reason);
        assertThat(step.status().reason()).isEqualTo("p-0 is restarted where it is, as " + because);
    }

    @ParameterizedTest
    @CsvSource({
        "image:2, settings, '', PodChanged, its pod's specification is another",
        "image:1, settings2, now, RestartRequested, a restart was asked for"
    })
    void anotherPodReplacesIt(String image, String settings, String restart, RestartReason reason, String because) {
        // When
        var step = next(new NodeForm(image, "shape2", settings, "", restart), 1, serving(0, OLD));
        // Then
        assertThat(step.inPlace()).isFalse();
        assertThat(step.reason()).isEqualTo(reason);
        assertThat(step.status().reason()).isEqualTo("p-0 is replaced, as " + because);
    }

    @Test
    void aNodeThatDoesNotServeIsRestartedWhereItIsOnlyByTheKubelet() {
        // Given one that crashes, say, and hears of nothing
        var settings = new NodeForm("image:1", "shape", "settings2", "", "");
        // When, Then
        assertThat(next(settings, 1, idle(0, OLD, 5)).inPlace()).isFalse();
        assertThat(next(OTHER_IMAGE, 1, idle(0, OLD, 5)).inPlace()).isTrue();
    }

    @Test
    void aWishThatWasTakenBackRestartsNothing() {
        // Given
        var asked = new NodeForm("image:1", "shape", "settings", "", "yesterday");
        // When, Then
        assertThat(text(next(OLD, 1, serving(0, asked)))).isEqualTo("Complete null");
    }

    @Test
    void whatWasToldOfAFormThatIsNotWantedAnyMoreIsToldAgain() {
        // Given p-0 was told of OLD, and neither has restarted nor serves any more
        var settings = new NodeForm("image:1", "shape", "settings2", "", "");
        // When
        var again = next(settings, 1, told(0, OLD, false, 5), serving(1, OLD));
        var other = next(OTHER_SHAPE, 1, told(0, OLD, true, 5), serving(1, OLD));
        // Then
        assertThat(text(again)).isEqualTo("Restarting p-0");
        assertThat(text(other)).isEqualTo("Replacing p-0");
    }

    @Test
    void aNodeThatWasToldToRestartIsGivenTimeHoweverLongItHasServed() {
        // When, Then
        assertThat(text(next(OTHER_IMAGE, 1, told(0, OTHER_IMAGE, true, 599)))).isEqualTo("Waiting p-0");
        assertThat(text(next(OTHER_IMAGE, 1, told(0, OTHER_IMAGE, false, 599)))).isEqualTo("Waiting p-0");
    }

    @Test
    void aNodeThatDoesNotDoWhatItWasToldIsReplaced() {
        // When
        var step = next(OTHER_IMAGE, 1, told(0, OTHER_IMAGE, true, 601), serving(1, OLD));
        // Then
        assertThat(step.inPlace()).isFalse();
        assertThat(step.status().reason())
                .isEqualTo("p-0 is replaced, as it was told to restart where it is and has not");
    }

    @Test
    void neverTwoAtOnce() {
        for (var away :
                List.of(ending(2, OLD), ending(2, OTHER_IMAGE), idle(2, OTHER_IMAGE, 5), restarting(2, OTHER_IMAGE))) {
            // When
            var step = next(OTHER_IMAGE, 1, serving(0, OLD), serving(1, OLD), away);
            // Then
            assertThat(step.pod()).as(away.toString()).isNull();
            assertThat(text(step)).isEqualTo("Waiting p-2");
        }
    }

    @Test
    void aMissingPodIsWaitedFor() {
        // When
        var step = new RollPlan(OTHER_IMAGE, List.of(serving(0, OLD)), 2, 1, NOW).next();
        // Then
        assertThat(step.pod()).isNull();
        assertThat(step.status().reason()).isEqualTo("1 cache-nodes have no pod yet");
    }

    @Test
    void severalMayBeAwayWhereTheUserSaysSo() {
        // When, Then
        assertThat(text(next(OTHER_IMAGE, 2, serving(0, OLD), serving(1, OLD), restarting(2, OTHER_IMAGE))))
                .isEqualTo("Restarting p-1");
        assertThat(text(next(OTHER_IMAGE, 2, serving(0, OLD), restarting(1, OTHER_IMAGE), ending(2, OLD))))
                .isEqualTo("Waiting p-2");
    }

    @Test
    void aNodeOfAnotherFormThatDoesNotServeGoesFirst() {
        // When, Then it may be why the form was changed, and it costs nothing
        assertThat(text(next(OTHER_SHAPE, 1, idle(0, OLD, 5), serving(1, OLD), serving(2, OLD))))
                .isEqualTo("Replacing p-0");
        assertThat(text(next(OTHER_SHAPE, 1, idle(0, OLD, 5), idle(1, OTHER_SHAPE, 5))))
                .isEqualTo("Replacing p-0");
        assertThat(text(next(OTHER_SHAPE, 1, idle(0, OLD, 5), ending(1, OLD)))).isEqualTo("Waiting p-1");
    }

    @Test
    void aNodeThatDoesNotComeBackStopsTheRollAndIsNamed() {
        // When
        var step = next(OTHER_IMAGE, 1, serving(0, OLD), idle(1, OTHER_IMAGE, 601));
        // Then
        assertThat(step.pod()).isNull();
        assertThat(step.status().phase()).isEqualTo(Phase.Stalled);
        assertThat(step.status().reason())
                .startsWith(
                        "p-1 has not served for more than 10 minutes, and no other cache-node is restarted until it does");
    }

    @Test
    void onlyNodesThatHaveBeenRestartedCountAsUpdated() {
        // When
        var pods = Arrays.asList(
                serving(0, OLD), restarting(1, OTHER_IMAGE), idle(2, OTHER_IMAGE, 5), ending(3, OTHER_IMAGE));
        // Then
        assertThat(new RollPlan(OTHER_IMAGE, pods, 4, 1, NOW).updated()).isEqualTo(1);
    }

    @Test
    void nobodyButTheUserRestartsNodesWhereHeWantsItSo() {
        // When, Then
        assertThat(new RollPlan(OTHER_IMAGE, List.of(serving(0, OLD), serving(1, OTHER_IMAGE)), 2, 1, NOW)
                        .onDelete()
                        .reason())
                .isEqualTo(
                        "1 cache-nodes have an older form until their pods are deleted, by spec.updateStrategy.type");
    }
}
