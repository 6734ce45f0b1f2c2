package dev.kvcachepool.operator.pin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.PrefixPin;
import dev.kvcachepool.crds.PrefixPinStatus;
import dev.kvcachepool.crds.PrefixPinStatus.NodePins;
import dev.kvcachepool.crds.PrefixPinStatus.PoolPins;
import dev.kvcachepool.operator.pin.PinFindings.PoolFinding;
import dev.kvcachepool.operator.status.Trouble;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every path sets every condition. */
class PinStatusTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2027-01-01T00:00:00Z"), ZoneOffset.UTC);

    private final PinStatus statuses = new PinStatus(CLOCK);
    private final PrefixPin pin = new KubernetesSerialization().unmarshal("""
                    apiVersion: kvcachepool.dev/v1alpha1
                    kind: PrefixPin
                    metadata: {name: pin, namespace: n, uid: u, generation: 2}
                    spec: {pools: [a, b], model: llama, tokens: [1, 2]}
                    """, PrefixPin.class);

    private static PoolFinding whole(String name) {
        var nodes = List.of(new NodePins("n0", 3, 3, 0, null));
        return new PoolFinding(new PoolPins(name, 3, 3, 3, null, nodes), null, false);
    }

    private static String condition(PrefixPinStatus status, String type) {
        return status.conditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .map(condition -> condition.getStatus() + " " + condition.getReason() + ": " + condition.getMessage())
                .findFirst()
                .orElse("none");
    }

    @Test
    void beforeTheFirstAnswerNothingIsClaimed() {
        // When
        var status = statuses.of(pin, null);
        // Then
        assertThat(condition(status, "Ready")).startsWith("Unknown Asking");
        assertThat(condition(status, "Degraded")).startsWith("Unknown Asking");
        assertThat(status.observedGeneration()).isEqualTo(2);
        assertThat(statuses.of(pin, new PinFindings(1, false, null, List.of(whole("a")))))
                .isEqualTo(status);
    }

    @Test
    void whatAllPoolsHavePinnedIsReadyAndStaysAsItIs() {
        // When
        var status = statuses.of(pin, new PinFindings(2, false, null, List.of(whole("a"), whole("b"))));
        // Then
        assertThat(condition(status, "Ready")).isEqualTo("True Pinned: all 6 blocks are pinned in a, b");
        assertThat(condition(status, "Degraded")).startsWith("False AsExpected");
        assertThat(status.pinnedBlocks()).isEqualTo(6);
        assertThat(status.pools()).hasSize(2);
        // When nothing has changed
        pin.setStatus(status);
        var again = statuses.of(pin, new PinFindings(2, false, null, List.of(whole("a"), whole("b"))));
        // Then
        assertThat(again).isEqualTo(status);
        assertThat(PinStatus.changes(status, again)).isEmpty();
    }

    @Test
    void whatNeedsAHumanComesFirst() {
        // Given one pool that holds nothing yet, and one that is missing
        var empty =
                new PoolFinding(new PoolPins("a", 3, 0, 0, "m", List.of()), new Trouble("NotHeld", "not yet"), false);
        var missing = PoolFinding.failed("b", "PoolMissing", true, "create it");
        // When
        var status = statuses.of(pin, new PinFindings(2, false, null, List.of(empty, missing)));
        // Then
        assertThat(condition(status, "Ready")).isEqualTo("False PoolMissing: create it; not yet");
        assertThat(condition(status, "Degraded")).isEqualTo("True PoolMissing: create it");
        assertThat(status.blocks()).isEqualTo(3);
        assertThat(status.pools().getLast().problem()).isEqualTo("create it");
    }

    @Test
    void oneThatHasExpiredSaysSo() {
        // When
        var status = statuses.of(pin, new PinFindings(2, true, null, List.of()));
        // Then
        assertThat(condition(status, "Ready")).startsWith("False Expired");
        assertThat(condition(status, "Degraded")).startsWith("False AsExpected");
        assertThat(status.blocks()).isNull();
    }

    @Test
    void whatKeptItFromBeingTriedIsBoth() {
        // When
        var wrong = new Trouble("SecretMissing", "create it");
        var status = statuses.of(pin, new PinFindings(2, false, wrong, List.of()));
        // Then
        assertThat(condition(status, "Ready")).isEqualTo("False SecretMissing: create it");
        assertThat(condition(status, "Degraded")).isEqualTo("True SecretMissing: create it");
    }
}
