package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.tenant.Tenants;
import dev.kvcachepool.cachenode.tier.Groups;
import dev.kvcachepool.cachenode.tier.Quotas;
import dev.kvcachepool.commandline.secret.WatchedFile;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.util.function.ToLongFunction;

/** What Prometheus sees of tenants with quotas, and of everybody else, whose name is {@value #OTHERS}. */
@Singleton
class TenantMetrics {
    private static final String OTHERS = "_others";

    private final Meters meters;

    TenantMetrics(MeterRegistry registry) {
        this.meters = new Meters(registry);
    }

    /** Adds the tenants of a node; nothing where there are none. */
    void observe(Tenants tenants, BlockStore store) {
        if (!tenants.any()) {
            return;
        }
        for (int group = 0; group < tenants.groups(); group++) {
            observe(group, Tags.of("tenant", group == Quotas.OTHERS ? OTHERS : tenants.name(group)), store);
        }
        observe(tenants);
    }

    private void observe(int group, Tags tenant, BlockStore store) {
        var counters = store.counters();
        meters.counter("kvcachepool.tenant.hits", "Values read", tenant, counters, c -> c.hits(group));
        meters.counter(
                "kvcachepool.tenant.misses",
                "Reads of keys that were not there",
                tenant,
                counters,
                c -> c.misses(group));
        observe(group, tenant.and("tier", "host"), store.tier().groups());
        var disk = store.disk();
        if (disk != null) {
            meters.bytes(
                    "kvcachepool.tenant",
                    "Memory or disk that values take",
                    tenant.and("tier", "disk"),
                    disk,
                    d -> d.recordBytes(group));
        }
    }

    private void observe(int group, Tags tags, Groups groups) {
        meters.bytes("kvcachepool.tenant", "Memory or disk that values take", tags, groups, g -> g.used(group));
        if (groups.quotas().isLimited(group)) {
            meters.bytes(
                    "kvcachepool.tenant.quota",
                    "Bytes that values may take",
                    tags,
                    groups,
                    g -> g.quotas().limit(group));
            meters.counter(
                    "kvcachepool.tenant.dropped",
                    "Values accepted and dropped as the quota had no room",
                    tags,
                    groups,
                    g -> g.refused(group));
        }
    }

    private void observe(Tenants tenants) {
        var name = "kvcachepool.tenant.reloads";
        var help = "Changed files of cache salts that were read, by what came of it";
        meters.counter(name, help, Tags.of("outcome", "applied"), tenants, all -> sum(all, WatchedFile::applied));
        meters.counter(name, help, Tags.of("outcome", "refused"), tenants, all -> sum(all, WatchedFile::refused));
    }

    private static long sum(Tenants tenants, ToLongFunction<WatchedFile<?>> count) {
        return tenants.files().stream().mapToLong(count).sum();
    }
}
