package dev.kvcachepool.operator.roll;

import dev.kvcachepool.crds.RolloutStatus;
import dev.kvcachepool.crds.RolloutStatus.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a roll does next. One node after another, the highest first: a pod of another form whose node does not serve, as it costs
 * nothing and may be why the form was changed; then, while all others serve, one that does. What differs in nothing that its pod is
 * made of restarts where it is, and keeps its memory; one that doesn't serve may not hear of that, unless it is given another
 * image. Pure functions.
 */
final class RollPlan {
    /** Beyond that a node that does not come back is said to have stalled the roll, and one that does not go is replaced. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private final NodeForm wanted;
    private final List<RollPod> pods;
    private final int desired;
    private final int mostAway;
    private final Instant now;

    /**
     * What is to be done now.
     *
     * @param pod null for nothing
     * @param inPlace whether its container is restarted and the pod stays; else the pod goes
     * @param reason null for nothing
     */
    record Step(
            @Nullable RollPod pod,
            boolean inPlace,
            @Nullable RestartReason reason,
            RolloutStatus status) {}

    /**
     * A roll.
     *
     * @param wanted the form that all shall have
     * @param pods of the cache-nodes
     * @param desired how many of them there shall be
     * @param mostAway how many may not serve at a time
     */
    RollPlan(NodeForm wanted, List<RollPod> pods, int desired, int mostAway, Instant now) {
        this.wanted = wanted;
        this.pods = pods.stream()
                .sorted(Comparator.comparing(RollPod::name, RollPlan::byOrdinal).reversed())
                .toList();
        this.desired = desired;
        this.mostAway = mostAway;
        this.now = now;
    }

    /** How many nodes have the form that they shall have. */
    int updated() {
        return (int) pods.stream()
                .filter(pod -> isNew(pod) && !pod.ending() && !pod.isRestarting())
                .count();
    }

    Step next() {
        var old = pods.stream().filter(pod -> !isNew(pod) && !pod.ending()).toList();
        var told = old.stream().filter(RollPod::isRestarting).findFirst();
        if (told.isPresent()) { // to become what is not wanted any more; it is away already
            return step(told.get(), told.get().form().hasShapeOf(wanted));
        }
        var idle = old.stream().filter(pod -> !pod.ready()).findFirst();
        if (idle.isPresent() && pods.stream().noneMatch(RollPod::ending)) {
            return step(idle.get(), idle.get().form().differsInImageAlso(wanted));
        }
        var away = pods.stream().filter(pod -> !pod.serves()).findFirst();
        int missing = Math.max(0, desired - pods.size());
        long count = missing + pods.stream().filter(pod -> !pod.serves()).count();
        if (old.isEmpty() && count == 0) {
            return waiting(Phase.Complete, null, "all cache-nodes have the newest form");
        }
        if (count >= mostAway || old.isEmpty()) {
            return away.map(this::goOnWith)
                    .orElseGet(() -> waiting(Phase.Waiting, null, missing + " cache-nodes have no pod yet"));
        }
        return step(old.getFirst(), old.getFirst().form().hasShapeOf(wanted));
    }

    /** What is to be said of pods of an older form that nobody but the user restarts. */
    RolloutStatus onDelete() {
        long old = pods.stream().filter(pod -> !isNew(pod)).count();
        return old == 0
                ? new RolloutStatus(Phase.Complete, null, "all cache-nodes have the newest form")
                : new RolloutStatus(
                        Phase.OnDelete,
                        null,
                        old
                                + " cache-nodes have an older form until their pods are deleted, by spec.updateStrategy.type");
    }

    private boolean isNew(RollPod pod) {
        return pod.form().isAs(wanted);
    }

    private Step step(RollPod pod, boolean inPlace) {
        return step(pod, RestartReason.of(pod.form(), wanted), inPlace);
    }

    private Step step(RollPod pod, RestartReason reason, boolean inPlace) {
        var status = new RolloutStatus(
                inPlace ? Phase.Restarting : Phase.Replacing,
                pod.name(),
                pod.name() + " is " + (inPlace ? "restarted where it is" : "replaced") + ", as "
                        + reason.because(wanted));
        return new Step(pod, inPlace, reason, status);
    }

    private Step goOnWith(RollPod pod) {
        if (pod.ending()) {
            return waiting(Phase.Waiting, pod, pod.name() + " is ending and hands its blocks over");
        }
        var late = Duration.between(pod.waitedForSince(), now).compareTo(PATIENCE) > 0;
        if (late && pod.isRestarting() && pod.ready()) {
            return step(pod, RestartReason.RestartRefused, false);
        }
        return late
                ? waiting(
                        Phase.Stalled,
                        pod,
                        pod.name() + " has not served for more than " + PATIENCE.toMinutes()
                                + " minutes, and no other cache-node is restarted until it does: look at kubectl describe and"
                                + " kubectl logs of it; change the KVCachePool back if the change is why")
                : waiting(Phase.Waiting, pod, pod.name() + " does not serve yet");
    }

    private static Step waiting(Phase phase, @Nullable RollPod pod, String why) {
        return new Step(null, false, null, new RolloutStatus(phase, pod == null ? null : pod.name(), why));
    }

    /** p-10 after p-9. */
    private static int byOrdinal(String one, String other) {
        int order = Integer.compare(one.length(), other.length());
        return order == 0 ? one.compareTo(other) : order;
    }
}
