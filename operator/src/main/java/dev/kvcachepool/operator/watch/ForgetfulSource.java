package dev.kvcachepool.operator.watch;

import dev.kvcachepool.crds.KVCachePool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;

/**
 * An informer that does not keep what was written longer than it has to. The SDK keeps an object that was just written, whole, until its
 * informer tells of it. Where it has told before the answer to the write was there, the object stays until it is written again: of
 * a thousand pools' twelve children some four each. Here it is let go once the informer has it, a while after it was
 * written: by then its event, which is no news, has been told too. Thread-safe.
 *
 * @param <R> the objects' kind
 */
final class ForgetfulSource<R extends HasMetadata> extends InformerEventSource<R, KVCachePool> {
    private final WrittenObjects<R> written = new WrittenObjects<>(
            id -> temporaryResourceCache.getResourceFromCache(id), this::get, this::letGo, System::nanoTime);

    ForgetfulSource(InformerEventSourceConfiguration<R> configuration, EventSourceContext<KVCachePool> context) {
        super(configuration, context);
    }

    @Override
    public void handleRecentResourceCreate(ResourceID id, R created) {
        super.handleRecentResourceCreate(id, created);
        written.add(created);
    }

    @Override
    public void handleRecentResourceUpdate(ResourceID id, R updated, R before) {
        super.handleRecentResourceUpdate(id, updated, before);
        written.add(updated);
    }

    /** As if its event came again: one of a version that is kept ends its being kept, and is passed on to nobody. */
    private void letGo(R object) {
        temporaryResourceCache.onAddOrUpdateEvent(ResourceAction.UPDATED, object, object);
    }
}
