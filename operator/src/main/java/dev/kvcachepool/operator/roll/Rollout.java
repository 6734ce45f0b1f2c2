package dev.kvcachepool.operator.roll;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.RolloutStatus;
import dev.kvcachepool.crds.RolloutStatus.Phase;
import dev.kvcachepool.crds.UpdateStrategy;
import dev.kvcachepool.operator.events.Events;
import dev.kvcachepool.operator.events.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Collection;
import java.util.Objects;

/**
 * Brings running cache-nodes to the form that they shall have, a step a call, as {@link RollPlan} says. Nothing is remembered between
 * calls; a step that was decided on old news is refused by the API server, as it names the pod's uid or version. Thread-safe.
 */
public final class Rollout {
    private final KubernetesClient client;
    private final Events events;
    private final MeterRegistry metrics;
    private final Clock clock;

    /**
     * How far a roll is.
     *
     * @param updated pods of the newest form
     */
    public record Progress(int updated, RolloutStatus status) {}

    public Rollout(KubernetesClient client, Events events, MeterRegistry metrics, Clock clock) {
        this.client = client;
        this.events = events;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * Does the next step, unless the user does the steps or holds the operator back.
     *
     * @param template that pods are made of
     * @param pods the pool's cache-nodes
     * @param desired how many there shall be
     * @throws KubernetesClientException if the API server refuses the step for another reason than that the pod has changed
     */
    public Progress goOn(
            KVCachePool pool, PodTemplateSpec template, Collection<Pod> pods, int desired, boolean paused) {
        var strategy = pool.getSpec().updateStrategy();
        var rolled = pods.stream().map(RollPod::of).toList();
        var wanted = NodeForm.of(template.getMetadata(), template.getSpec());
        var plan = new RollPlan(wanted, rolled, desired, strategy.maxUnavailable(), clock.instant());
        if (paused || strategy.type() == UpdateStrategy.Type.OnDelete) {
            return new Progress(plan.updated(), plan.onDelete());
        }
        new Cosmetics(client, template).bringUpToDate(rolled);
        var step = plan.next();
        return new Progress(plan.updated(), step.pod() == null ? step.status() : act(pool, template, step));
    }

    private RolloutStatus act(KVCachePool pool, PodTemplateSpec template, RollPlan.Step step) {
        try {
            if (!carriedOut(template, Objects.requireNonNull(step.pod()), step.inPlace())) {
                return overBudget(step);
            }
        } catch (KubernetesClientException e) {
            return refused(step, e);
        }
        var reason = Objects.requireNonNull(step.reason());
        metrics.counter(
                        "kvcachepool.operator.node.restarts",
                        "how",
                        step.inPlace() ? "in-place" : "replaced",
                        "reason",
                        reason.name())
                .increment();
        events.normal(pool, Reason.NodeRestarted, step.status().reason());
        return step.status();
    }

    private boolean carriedOut(PodTemplateSpec template, RollPod pod, boolean inPlace) {
        var change = new PodChange(client, pod.pod());
        if (inPlace) {
            var wanted = NodeForm.of(template.getMetadata(), template.getSpec());
            change.restart(wanted.image(), Cosmetics.form(template), pod.restartsToNote(), clock.instant());
            return true;
        }
        if (pod.ready()) {
            return change.evict();
        }
        change.delete();
        return true;
    }

    private static RolloutStatus overBudget(RollPlan.Step step) {
        var name = step.status().current();
        return new RolloutStatus(
                Phase.Waiting,
                name,
                name + " has to be replaced, which its PodDisruptionBudget does not allow now: the others must serve"
                        + " first");
    }

    /** Gone or changed since it was read. */
    private static RolloutStatus refused(RollPlan.Step step, KubernetesClientException refusal) {
        if (!PodChange.wasOfOldNews(refusal)) {
            throw refusal;
        }
        var name = step.status().current();
        return new RolloutStatus(Phase.Waiting, name, name + " has just changed; it is looked at again");
    }
}
