package dev.kvcachepool.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * The conditions of one status, in the making. A condition's transition time moves only when its status does.
 */
public final class Conditions {
    private final List<Condition> before;
    private final long generation;
    private final Clock clock;
    private final List<Condition> made = new ArrayList<>();

    /** Conditions that follow those of {@code before}. */
    public Conditions(List<Condition> before, long generation, Clock clock) {
        this.before = before;
        this.generation = generation;
        this.clock = clock;
    }

    /** What a condition can be. */
    public enum Is {
        True,
        False,
        Unknown
    }

    public void add(ConditionType type, Is status, String reason, String message) {
        made.add(new ConditionBuilder()
                .withType(type.name())
                .withStatus(status.name())
                .withReason(reason)
                .withMessage(message)
                .withObservedGeneration(generation)
                .withLastTransitionTime(transition(type, status))
                .build());
    }

    public void add(ConditionType type, Is status, Trouble trouble) {
        add(type, status, trouble.reason(), trouble.message());
    }

    private String transition(ConditionType type, Is status) {
        return before.stream()
                .filter(condition -> condition.getType().equals(type.name())
                        && condition.getStatus().equals(status.name()))
                .map(Condition::getLastTransitionTime)
                .findFirst()
                .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    public List<Condition> list() {
        return List.copyOf(made);
    }
}
