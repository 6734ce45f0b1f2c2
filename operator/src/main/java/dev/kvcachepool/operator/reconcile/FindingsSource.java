package dev.kvcachepool.operator.reconcile;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.probe.Findings;
import dev.kvcachepool.operator.probe.Probe;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.ResourceIDMapper;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.polling.PerResourcePollingConfigurationBuilder;
import io.javaoperatorsdk.operator.processing.event.source.polling.PerResourcePollingEventSource;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The outside's answers for all pools. Pools that are there when the operator starts are told of before all sources have started; the
 * SDK's source would have a look at them that is too early dropped, and never look again. They are taken in when this one starts.
 */
final class FindingsSource extends PerResourcePollingEventSource<Findings, KVCachePool, String> {
    private final Cache<KVCachePool> pools;

    FindingsSource(
            EventSourceContext<KVCachePool> context,
            ResourceFetcher<Findings, KVCachePool> outside,
            ScheduledExecutorService threads) {
        super(
                Findings.class,
                context,
                new PerResourcePollingConfigurationBuilder<Findings, KVCachePool, String>(outside, Probe.PERIOD)
                        .withName("findings")
                        .withResourceIDMapper(ResourceIDMapper.singleResourceResourceIDMapper())
                        .withExecutorService(threads)
                        .build());
        this.pools = context.getPrimaryCache();
    }

    @Override
    public synchronized void start() {
        super.start();
        pools.list().forEach(super::onResourceCreated);
    }

    @Override
    public synchronized void onResourceCreated(KVCachePool pool) {
        if (isRunning()) {
            super.onResourceCreated(pool);
        }
    }

    @Override
    public synchronized void onResourceUpdated(KVCachePool pool, KVCachePool before) {
        if (isRunning()) {
            super.onResourceUpdated(pool, before);
        }
    }
}
