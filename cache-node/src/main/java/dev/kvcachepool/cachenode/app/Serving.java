package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.bridges.lmcache.CacheEventPublisher;
import dev.kvcachepool.bridges.vllm.EngineBridge;
import dev.kvcachepool.cachenode.adverts.AdvertSettings;
import dev.kvcachepool.cachenode.adverts.Advertiser;
import dev.kvcachepool.cachenode.lifecycle.FormWatch;
import dev.kvcachepool.cachenode.lifecycle.NodeLifecycle;
import dev.kvcachepool.cachenode.pool.Doors;
import dev.kvcachepool.cachenode.pool.LocalDoors;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.ValueSizes;
import dev.kvcachepool.cachenode.tier.Evictor;
import dev.kvcachepool.commandline.secret.FileWatch;
import dev.kvcachepool.commandline.secret.WatchedFile;
import dev.kvcachepool.prefixadvert.publish.NodeRowSender;
import dev.kvcachepool.prefixadvert.wire.Mismatch;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.vertx.http.HttpServer;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * From the first request to the last: serves until the process is told to end, then drains while health and metrics
 * still answer, so that whoever sends requests sees that this node is not ready any more.
 */
public final class Serving implements QuarkusApplication {
    private static final Logger LOG = Logger.getLogger(Serving.class);
    private static final int ALL = 10;
    private static final int HAND_OVER_TENTHS = 7;
    private static final int DELAY_TENTHS = 5;
    private static final int WITHDRAW_TENTHS = 5;
    private static final int DRAIN_BEFORE_FLUSH_TENTHS = 5;

    private final NodeSettings settings;
    private final NodeLifecycle lifecycle;
    private final HostMemory hostMemory;
    private final BlockStore store;
    private final ValueSizes sizes;
    private final NodeMetrics metrics;
    private final ProtocolMetrics protocolMetrics;
    private final PoolMetrics poolMetrics;
    private final NearbyMetrics nearbyMetrics;
    private final AccessMetrics accessMetrics;
    private final TenantMetrics tenantMetrics;
    private final SharingMetrics sharingMetrics;
    private final MemoryMetrics memoryMetrics;
    private final NodeTraces traces;
    private final NodeHealth health;
    private final NodeRowSender nodes;
    private final HttpServer http;

    Serving(
            NodeSettings settings,
            NodeLifecycle lifecycle,
            HostMemory hostMemory,
            BlockStore store,
            ValueSizes sizes,
            NodeMetrics metrics,
            ProtocolMetrics protocolMetrics,
            PoolMetrics poolMetrics,
            NearbyMetrics nearbyMetrics,
            AccessMetrics accessMetrics,
            TenantMetrics tenantMetrics,
            SharingMetrics sharingMetrics,
            MemoryMetrics memoryMetrics,
            NodeTraces traces,
            NodeHealth health,
            NodeRowSender nodes,
            HttpServer http) {
        this.settings = settings;
        this.lifecycle = lifecycle;
        this.hostMemory = hostMemory;
        this.store = store;
        this.sizes = sizes;
        this.metrics = metrics;
        this.protocolMetrics = protocolMetrics;
        this.poolMetrics = poolMetrics;
        this.nearbyMetrics = nearbyMetrics;
        this.accessMetrics = accessMetrics;
        this.tenantMetrics = tenantMetrics;
        this.sharingMetrics = sharingMetrics;
        this.memoryMetrics = memoryMetrics;
        this.traces = traces;
        this.health = health;
        this.nodes = nodes;
        this.http = http;
    }

    @Override
    public int run(String... arguments) {
        TerminationSignals.endBy(() -> Quarkus.asyncExit(0));
        store.mismatches().listen(Serving::say);
        var adverts = adverts();
        try (var _ = new FileWatch(watched(), LOG::info, LOG::warn);
                var _ = formWatch();
                var sharing = sharing();
                var pooling = adverts != null && settings.isPooled() ? new Pooling(settings, adverts, store) : null;
                var peering = adverts == null ? null : peering(adverts);
                var ports = new Ports(
                        settings, store, sizes, doors(pooling, peering), sharing == null ? null : sharing.memory());
                var advertiser = adverts == null ? null : new Advertiser(adverts, store, nodes, endpoints(ports));
                var engines = adverts == null ? null : engines(adverts);
                var cacheEvents = adverts == null ? null : cacheEvents(adverts);
                var evictor = new Evictor(store.tier(), settings.highWatermark(), settings.lowWatermark());
                var memory = new MemoryLife(hostMemory, store, memoryMetrics);
                var gpu = store.gpu();
                var disk = disk()) {
            if (gpu != null) {
                health.observe(gpu);
                boolean ignored = gpu.start(LOG::info);
            }
            recover(memory, disk);
            // Not before: of what it evicts, an older record on disk would be taken for the value.
            evictor.start();
            if (sharing != null) {
                sharingMetrics.observe(sharing);
                sharing.start();
            }
            observe(engines, cacheEvents);
            start(ports, advertiser, pooling, peering);
            if (engines != null) {
                engines.follow(settings.engineEvents().engines());
            }
            if (cacheEvents != null) {
                cacheEvents.start();
            }
            Quarkus.waitForExit();
            end(ports, advertiser, new Heirs(pooling, peering), disk);
            return 0;
        } catch (IOException e) {
            System.err.println("cache-node: " + e.getMessage());
            return 1;
        }
    }

    private @Nullable FormWatch formWatch() {
        var form = settings.form();
        return form == null
                ? null
                : new FormWatch(
                        form,
                        Serving::restart,
                        problem -> LOG.warnf(
                                "whether this node is to restart can't be read, and it serves on: %s", problem));
    }

    private static void restart() {
        LOG.info("ends to be started anew where it is: its pod wants other settings or Secrets, or a restart");
        Quarkus.asyncExit(0);
    }

    private List<WatchedFile<?>> watched() {
        return Stream.of(
                        settings.resp().access().files(),
                        settings.tls().files(),
                        settings.tenants().files())
                .flatMap(List::stream)
                .toList();
    }

    /** From another thread: the store's lock is held by this one. */
    private static void say(Mismatch mismatch) {
        Thread.startVirtualThread(() -> LOG.warnf(
                "%s: they are kept, and no request is steered to them. Make spec.models (--model) and the engines' settings alike",
                mismatch.sentence()));
    }

    /** Before the node says that it serves: whoever reads its metrics then finds them all. */
    private void observe(@Nullable EngineBridge engines, @Nullable CacheEventPublisher cacheEvents) {
        if (engines != null) {
            metrics.observe(engines);
        }
        if (cacheEvents != null) {
            metrics.observe(cacheEvents);
        }
    }

    private @Nullable EngineBridge engines(AdvertSettings adverts) {
        var events = settings.engineEvents();
        return events.engines().isEmpty() ? null : adverts.bridge(settings.saltKey(), events.hashSeed());
    }

    private @Nullable CacheEventPublisher cacheEvents(AdvertSettings adverts) {
        var events = settings.engineEvents();
        var topic = events.cacheEventsTopic();
        return topic == null ? null : adverts.cacheEvents(topic, events.withSalts(), store);
    }

    private @Nullable Peering peering(AdvertSettings adverts) {
        var peering = settings.peering();
        return peering == null ? null : new Peering(settings, peering, adverts, store);
    }

    private Doors doors(@Nullable Pooling pooling, @Nullable Peering peering) {
        if (pooling != null) {
            return pooling.pool();
        }
        return peering == null ? new LocalDoors(store) : peering.nearby();
    }

    private void start(
            Ports ports, @Nullable Advertiser advertiser, @Nullable Pooling pooling, @Nullable Peering peering) {
        ports.servers().forEach(protocolMetrics::observe);
        protocolMetrics.observe(settings.tls(), ports.servers());
        accessMetrics.observe(settings.resp().access());
        tenantMetrics.observe(settings.tenants(), store);
        health.observe(ports);
        traces.watch(ports.servers());
        ports.start();
        if (advertiser != null) {
            metrics.observe(advertiser);
            lifecycle.onChange(advertiser::moved);
            advertiser.start();
        }
        if (peering != null) {
            poolMetrics.observe(peering);
            nearbyMetrics.observe(peering);
            peering.start();
        }
        if (pooling == null) {
            lifecycle.moveTo(NodeState.SERVING);
            announce(ports);
        } else {
            poolMetrics.observe(pooling);
            health.observe(pooling.placement());
            pooling.join(lifecycle, () -> announce(ports));
        }
    }

    private @Nullable Sharing sharing() throws IOException {
        var sockets = settings.sockets();
        return sockets.memory() == null
                ? null
                : new Sharing(sockets.memory(), store.tier().arena(), store.gpu(), sockets.leaseLimit());
    }

    private @Nullable DiskLife disk() {
        var disk = store.disk();
        var told = settings.disk();
        return disk == null || told == null ? null : new DiskLife(disk, new KeptSizes(told.path(), sizes));
    }

    /**
     * Takes in what an earlier process left in memory and on disk. A pool's other nodes may have changed what it does not name
     * itself.
     */
    private void recover(MemoryLife memory, @Nullable DiskLife life) {
        if (memory.isKept() || life != null) {
            lifecycle.moveTo(NodeState.RECOVERING);
        }
        Predicate<byte[]> wanted = key -> !settings.isPooled() || BlockStore.namesItsContent(key);
        memory.begin(wanted);
        var disk = settings.disk();
        if (life != null && disk != null) {
            life.begin(disk.recoveryTimeout(), wanted);
        }
    }

    /** Who takes what a draining node holds; both null where nobody does. */
    private record Heirs(
            @Nullable Pooling pooling, @Nullable Peering peering) {
        void handOver(Duration atMost) {
            if (pooling != null) {
                pooling.handOver(atMost);
            }
            if (peering != null) {
                peering.handOver(atMost);
            }
        }
    }

    /** In the drain timeout: the others hear of it, take what they can, then rows and clients go. */
    private void end(Ports ports, @Nullable Advertiser advertiser, Heirs heirs, @Nullable DiskLife disk) {
        long begin = System.nanoTime();
        long end = begin + settings.drainTimeout().toNanos();
        lifecycle.moveTo(NodeState.DRAINING);
        heirs.handOver(share(end, HAND_OVER_TENTHS));
        serveOn(begin + settings.drainDelay().toNanos(), share(end, DELAY_TENTHS));
        if (advertiser != null) {
            advertiser.withdraw(share(end, WITHDRAW_TENTHS));
        }
        ports.drain(share(end, disk == null ? ALL : DRAIN_BEFORE_FLUSH_TENTHS));
        if (disk != null) {
            disk.flush(share(end, ALL));
        }
        lifecycle.moveTo(NodeState.GONE);
    }

    /** A Service leads clients to a container that is restarted where it is until the kubelet has found it not ready. */
    private static void serveOn(long untilNanos, Duration atMost) {
        try {
            TimeUnit.NANOSECONDS.sleep(Math.min(untilNanos - System.nanoTime(), atMost.toNanos()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration share(long endNanos, int tenths) {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()))
                .multipliedBy(tenths)
                .dividedBy(ALL);
    }

    /** How to say on Kafka what this node holds, or null where it is not to be said. */
    private @Nullable AdvertSettings adverts() {
        var kafka = settings.kafka();
        return kafka == null
                ? null
                : new AdvertSettings(
                        kafka,
                        settings.kafkaSecurity(),
                        settings.tables(),
                        settings.pool(),
                        settings.holder(),
                        settings.models(),
                        settings.pod(),
                        settings.kubernetesNode(),
                        settings.zone());
    }

    private Map<String, NodeRow.Address> endpoints(Ports ports) {
        var endpoints = new LinkedHashMap<>(ports.endpoints());
        boolean secure = settings.tls().tls() != null;
        endpoints.put(
                secure ? "https" : "http",
                new NodeRow.Address(settings.advertisedAddress(), secure ? http.getSecurePort() : http.getPort()));
        return endpoints;
    }

    private void announce(Ports ports) {
        var addresses = endpoints(ports).entrySet().stream()
                .map(endpoint -> endpoint.getKey() + "=" + endpoint.getValue())
                .collect(Collectors.joining(" "));
        System.out.println("serving " + addresses + " node=" + settings.holder());
        System.out.flush();
    }
}
