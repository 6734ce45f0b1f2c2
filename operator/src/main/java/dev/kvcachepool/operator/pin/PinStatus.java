package dev.kvcachepool.operator.pin;

import dev.kvcachepool.crds.PrefixPin;
import dev.kvcachepool.crds.PrefixPinSpec.Mode;
import dev.kvcachepool.crds.PrefixPinStatus;
import dev.kvcachepool.crds.PrefixPinStatus.PoolPins;
import dev.kvcachepool.operator.pin.PinFindings.PoolFinding;
import dev.kvcachepool.operator.status.ConditionType;
import dev.kvcachepool.operator.status.Conditions;
import dev.kvcachepool.operator.status.Conditions.Is;
import dev.kvcachepool.operator.status.Trouble;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the status of a pin from what came of its last renewal. Every path sets every condition. Thread-safe. */
public final class PinStatus {
    private static final Trouble ASKING = new Trouble("Asking", "the routers of its pools are being asked");

    private final Clock clock;

    public PinStatus(Clock clock) {
        this.clock = clock;
    }

    /** The status that {@code pin} shall show; equal to the one it shows when nothing has changed. */
    PrefixPinStatus of(PrefixPin pin, @Nullable PinFindings findings) {
        var before = pin.getStatus();
        long generation = pin.getMetadata().getGeneration();
        var conditions = new Conditions(before == null ? List.of() : before.conditions(), generation, clock);
        if (findings == null || findings.generation() != generation) {
            conditions.add(ConditionType.Ready, Is.Unknown, ASKING);
            conditions.add(ConditionType.Degraded, Is.Unknown, ASKING);
            return new PrefixPinStatus(generation, null, null, null, List.of(), conditions.list());
        }
        ready(conditions, pin, findings);
        degraded(conditions, findings);
        var pools = findings.pools().stream().map(PoolFinding::pins).toList();
        return new PrefixPinStatus(
                generation,
                sum(pools, PoolPins::blocks),
                sum(pools, PoolPins::heldBlocks),
                sum(pools, PoolPins::pinnedBlocks),
                pools,
                conditions.list());
    }

    private static void ready(Conditions conditions, PrefixPin pin, PinFindings findings) {
        if (findings.wrong() != null) {
            conditions.add(ConditionType.Ready, Is.False, findings.wrong());
            return;
        }
        if (findings.expired()) {
            conditions.add(
                    ConditionType.Ready,
                    Is.False,
                    "Expired",
                    "it expired at " + pin.getSpec().expiresAt() + ": set spec.expiresAt anew, or delete it");
            return;
        }
        var troubles = troubles(findings, false);
        if (!troubles.isEmpty()) {
            conditions.add(ConditionType.Ready, Is.False, joined(troubles));
            return;
        }
        var blocks = sum(findings.pools().stream().map(PoolFinding::pins).toList(), PoolPins::blocks);
        boolean pins = pin.getSpec().mode() == Mode.Pin;
        conditions.add(
                ConditionType.Ready,
                Is.True,
                pins ? "Pinned" : "Warm",
                "all " + blocks + " blocks are " + (pins ? "pinned" : "in memory") + " in "
                        + String.join(", ", pin.getSpec().pools()));
    }

    private static void degraded(Conditions conditions, PinFindings findings) {
        var troubles = findings.wrong() != null ? List.of(findings.wrong()) : troubles(findings, true);
        if (troubles.isEmpty()) {
            conditions.add(ConditionType.Degraded, Is.False, "AsExpected", "nothing needs a human");
        } else {
            conditions.add(ConditionType.Degraded, Is.True, joined(troubles));
        }
    }

    /** Of all pools, or of those that may need a human, which come first either way. */
    private static List<Trouble> troubles(PinFindings findings, boolean degradedOnly) {
        return findings.pools().stream()
                .filter(pool -> pool.degraded() || !degradedOnly)
                .sorted((one, other) -> Boolean.compare(other.degraded(), one.degraded()))
                .map(PoolFinding::trouble)
                .filter(trouble -> trouble != null)
                .toList();
    }

    private static Trouble joined(List<Trouble> troubles) {
        return new Trouble(
                troubles.getFirst().reason(),
                troubles.stream().map(Trouble::message).collect(Collectors.joining("; ")));
    }

    private static @Nullable Integer sum(List<PoolPins> pools, Function<PoolPins, @Nullable Integer> figure) {
        var figures = pools.stream().map(figure).filter(each -> each != null).toList();
        return figures.isEmpty()
                ? null
                : figures.stream().mapToInt(each -> each).sum();
    }

    /** The conditions of {@code after} that say something else than before. */
    static List<Condition> changes(@Nullable PrefixPinStatus before, PrefixPinStatus after) {
        var known = before == null ? List.<Condition>of() : before.conditions();
        return after.conditions().stream()
                .filter(condition -> !condition.getStatus().equals(Is.Unknown.name()))
                .filter(condition -> known.stream().noneMatch(old -> saysTheSame(old, condition)))
                .toList();
    }

    private static boolean saysTheSame(Condition one, Condition other) {
        return one.getType().equals(other.getType())
                && one.getStatus().equals(other.getStatus())
                && one.getReason().equals(other.getReason());
    }
}
