package dev.kvcachepool.operator.status;

import dev.kvcachepool.crds.AutoscalingStatus;
import dev.kvcachepool.crds.RolloutStatus;
import dev.kvcachepool.operator.probe.Findings;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a status is made from.
 *
 * @param paused whether the user holds the operator back
 * @param nodes of the cache-nodes
 * @param router null where the pool has none
 * @param failures of applying children
 * @param pods what keeps pods from running
 * @param claims for the disk tier's volumes, those of this pool
 * @param lacking what the pool wants of APIs that the cluster does not serve; it serves well without
 * @param findings null before the outside was first asked
 * @param rollout how far restarts of cache-nodes are; null before they were looked at
 * @param autoscaling how many cache-nodes are decided on; null where people decide
 */
public record Observed(
        boolean paused,
        Workload nodes,
        @Nullable Workload router,
        List<Trouble> failures,
        List<Trouble> pods,
        List<PersistentVolumeClaim> claims,
        List<Trouble> lacking,
        @Nullable Findings findings,
        @Nullable RolloutStatus rollout,
        @Nullable AutoscalingStatus autoscaling) {

    public Observed {
        failures = List.copyOf(failures);
        pods = List.copyOf(pods);
        claims = List.copyOf(claims);
        lacking = List.copyOf(lacking);
    }

    /** One of which nothing was decided. */
    public Observed(
            boolean paused,
            Workload nodes,
            @Nullable Workload router,
            List<Trouble> failures,
            List<Trouble> pods,
            List<PersistentVolumeClaim> claims,
            List<Trouble> lacking,
            @Nullable Findings findings,
            @Nullable RolloutStatus rollout) {
        this(paused, nodes, router, failures, pods, claims, lacking, findings, rollout, null);
    }

    /** The same, decided on. */
    public Observed with(@Nullable AutoscalingStatus decision) {
        return new Observed(paused, nodes, router, failures, pods, claims, lacking, findings, rollout, decision);
    }

    /** One that lacks no API, and whose cache-nodes have not been looked at. */
    public Observed(
            boolean paused,
            Workload nodes,
            @Nullable Workload router,
            List<Trouble> failures,
            List<Trouble> pods,
            List<PersistentVolumeClaim> claims,
            @Nullable Findings findings) {
        this(paused, nodes, router, failures, pods, claims, List.of(), findings, null);
    }
}
