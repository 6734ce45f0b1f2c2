package dev.kvcachepool.operator.reconcile;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.ClaimChanges;
import dev.kvcachepool.operator.events.Events;
import dev.kvcachepool.operator.events.Reason;
import dev.kvcachepool.operator.status.Trouble;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.ArrayList;
import java.util.List;

/** Brings the claims of a pool's disk tier up to date, which nobody else does. */
final class Claims {
    private final Events events;

    Claims(Events events) {
        this.events = events;
    }

    /** Changes what is to be changed; what the API server refuses is a trouble. */
    List<Trouble> bringUpToDate(KVCachePool pool, Context<KVCachePool> context) {
        var troubles = new ArrayList<Trouble>();
        for (var claim : context.getSecondaryResources(PersistentVolumeClaim.class)) {
            ClaimChanges.of(pool, claim).ifPresent(wanted -> {
                try {
                    patch(context, claim, wanted);
                    events.normal(
                            pool,
                            Reason.ClaimChanged,
                            "asked for "
                                    + wanted.getSpec()
                                            .getResources()
                                            .getRequests()
                                            .get("storage") + " for claim "
                                    + claim.getMetadata().getName());
                } catch (KubernetesClientException e) {
                    troubles.add(trouble(claim, e));
                }
            });
        }
        return troubles;
    }

    private static void patch(
            Context<KVCachePool> context, PersistentVolumeClaim present, PersistentVolumeClaim wanted) {
        context.getClient()
                .resource(present)
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON_MERGE)
                                .withFieldManager(KVCachePoolReconciler.FIELD_MANAGER)
                                .build(),
                        wanted);
    }

    private static Trouble trouble(PersistentVolumeClaim claim, KubernetesClientException refusal) {
        return new Trouble(
                "ClaimNotChanged",
                "claim " + claim.getMetadata().getName() + " can't be changed (" + Failures.said(refusal)
                        + "): let its StorageClass allow expansion, or set spec.tiers.disk.expand to false: the cache-nodes then"
                        + " use what their claims have");
    }
}
