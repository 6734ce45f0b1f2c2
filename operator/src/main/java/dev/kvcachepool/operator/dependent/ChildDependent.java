package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.DesiredHash;
import dev.kvcachepool.operator.desired.KafkaWay;
import dev.kvcachepool.operator.desired.PoolContext;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.desired.SecretsMark;
import dev.kvcachepool.operator.events.Events;
import dev.kvcachepool.operator.events.Reason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * A child of a pool, applied server-side; tells what it did, and whether it undid somebody's change.
 *
 * @param <R> the child's kind
 */
abstract class ChildDependent<R extends HasMetadata> extends CRUDKubernetesDependentResource<R, KVCachePool> {
    private final Function<PoolContext, R> wanted;
    private final Release release;
    private final Events events;

    ChildDependent(Class<R> kind, String name, Function<PoolContext, R> wanted, Release release, Events events) {
        super(kind, name);
        this.wanted = wanted;
        this.release = release;
        this.events = events;
    }

    @Override
    protected R desired(KVCachePool pool, Context<KVCachePool> context) {
        return DesiredHash.mark(wanted.apply(contextOf(pool, context)));
    }

    /** What a child is made from. */
    protected final PoolContext contextOf(KVCachePool pool, Context<KVCachePool> context) {
        var kafka = context.managedWorkflowAndDependentResourceContext()
                .get(KafkaWay.class, KafkaWay.class)
                .orElse(null);
        return new PoolContext(
                pool,
                release,
                List.copyOf(context.getSecondaryResources(PersistentVolumeClaim.class)),
                kafka,
                SecretsMark.NONE,
                NodeStatefulSetDependent.presentNodes(pool, context));
    }

    /** What the pool's Secrets say now. */
    protected static SecretsMark.Digest secrets(Context<KVCachePool> context) {
        return context.managedWorkflowAndDependentResourceContext()
                .get(SecretsMark.Digest.class, SecretsMark.Digest.class)
                .orElse(new SecretsMark.Digest(null));
    }

    @Override
    public R create(R desired, KVCachePool pool, Context<KVCachePool> context) {
        try {
            var created = super.create(desired, pool, context);
            MadeChildren.note(desired, context);
            return created;
        } catch (KubernetesClientException e) {
            throw e.getCode() == HttpURLConnection.HTTP_CONFLICT ? conflict(e, desired, pool, context) : e;
        }
    }

    /** Somebody else's object of that name, or our own of which no informer has heard yet. */
    private RuntimeException conflict(
            KubernetesClientException refusal, R desired, KVCachePool pool, Context<KVCachePool> context) {
        var there = context.getClient().resource(desired).get();
        return there != null && NameTaken.isForeign(there, pool) ? NameTaken.by(there) : refusal;
    }

    @Override
    public R update(R actual, R desired, KVCachePool pool, Context<KVCachePool> context) {
        var byHand = Objects.equals(DesiredHash.marked(actual), DesiredHash.marked(desired));
        var updated = super.update(actual, desired, pool, context);
        if (byHand) {
            events.warning(
                    pool,
                    Reason.ManualEditReverted,
                    "undid a change by hand of " + describe(desired)
                            + ": change the KVCachePool instead, or pause it with the annotation "
                            + KVCachePool.PAUSE_ANNOTATION);
        } else {
            events.normal(pool, Reason.ChildUpdated, "updated " + describe(desired) + " to follow the specification");
        }
        return updated;
    }

    static String describe(HasMetadata child) {
        return child.getKind() + " " + child.getMetadata().getName();
    }
}
