package dev.kvcachepool.operator.app;

import dev.kvcachepool.commandline.tracing.Tracing;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.events.Events;
import dev.kvcachepool.operator.events.Reason;
import dev.kvcachepool.operator.pin.PinProbe;
import dev.kvcachepool.operator.pin.PinStatus;
import dev.kvcachepool.operator.pin.PinThreads;
import dev.kvcachepool.operator.probe.Apis;
import dev.kvcachepool.operator.probe.Brokers;
import dev.kvcachepool.operator.probe.CertificateProbe;
import dev.kvcachepool.operator.probe.Probe;
import dev.kvcachepool.operator.probe.RouterClient;
import dev.kvcachepool.operator.probe.StrimziProbe;
import dev.kvcachepool.operator.reconcile.KVCachePoolReconciler;
import dev.kvcachepool.operator.reconcile.Observation;
import dev.kvcachepool.operator.reconcile.PoolGauges;
import dev.kvcachepool.operator.roll.Rollout;
import dev.kvcachepool.operator.scale.Autoscaler;
import dev.kvcachepool.operator.status.PoolStatus;
import dev.kvcachepool.operator.webhook.Webhook;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkiverse.operatorsdk.runtime.MicrometerMetricsProvider;
import io.quarkus.runtime.annotations.CommandLineArguments;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Puts the parts together. */
@Singleton
final class Wiring {
    private static final String LEASE = "kvcachepool-operator";
    /** Each may wait for seconds on brokers or routers that are away. */
    private static final int PROBES_AT_ONCE = 16;

    private static final Duration LEASE_RETRY = Duration.ofSeconds(2);
    private static final int EVENTS_WAITING = 1024;
    private static final Logger LOG = Logger.getLogger(Wiring.class);

    @Produces
    @Singleton
    OperatorCommand command(@CommandLineArguments String[] args) {
        return OperatorCommand.parse(args, System.getenv());
    }

    @Produces
    @Singleton
    Release release(OperatorCommand command, KubernetesClient client) {
        return new Release(
                OperatorCommand.VERSION,
                command.nodeImage,
                command.routerImage,
                command.runbooksUrl.replaceFirst("/+$", ""),
                ownNamespace(command, client));
    }

    /** Outside a cluster, and with no namespace in the configuration of kubectl, it is what kubectl takes, too. */
    private static String ownNamespace(OperatorCommand command, KubernetesClient client) {
        return Optional.ofNullable(command.leaseNamespace)
                .or(() -> Optional.ofNullable(client.getNamespace()))
                .orElse("default");
    }

    @Produces
    @Singleton
    Events events(KubernetesClient client, MeterRegistry metrics) {
        var sender = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(EVENTS_WAITING),
                Thread.ofPlatform().name("events").daemon().factory());
        return new Events(client, metrics, Clock.systemUTC(), sender);
    }

    @Produces
    @Singleton
    Tracing tracing() {
        return Tracing.of(System.getenv(), OperatorMain.SERVICE, LOG::warn);
    }

    void close(@Disposes Tracing tracing) {
        tracing.close();
    }

    /** What the SDK measures with: its own, and spans where they are wanted. */
    @Produces
    @Singleton
    Metrics sdkMetrics(MicrometerMetricsProvider measured, Tracing tracing, Events events) {
        var traces = new ReconcileTraces(tracing, measured::getMetrics);
        if (tracing.isOn()) {
            events.listen(traces::told);
        }
        return traces;
    }

    @Produces
    @Singleton
    Rollout rollout(KubernetesClient client, Events events, MeterRegistry metrics) {
        return new Rollout(client, events, metrics, Clock.systemUTC());
    }

    @Produces
    @Singleton
    PoolStatus statuses(Release release) {
        return new PoolStatus(release, Clock.systemUTC());
    }

    @Produces
    @Singleton
    Brokers brokers() {
        return new Brokers();
    }

    void close(@Disposes Brokers brokers) {
        brokers.close();
    }

    @Produces
    @Singleton
    Observation observation(KubernetesClient client, Brokers brokers, Events events, Apis apis, Release release) {
        var threads = Executors.newScheduledThreadPool(
                PROBES_AT_ONCE, Thread.ofPlatform().name("probe-", 0).daemon().factory());
        var probe = new Probe(
                client,
                brokers,
                new RouterClient(client),
                new StrimziProbe(
                        client,
                        apis,
                        release,
                        KVCachePoolReconciler.FIELD_MANAGER,
                        (pool, what) -> events.normal(pool, Reason.KafkaAsked, what)),
                new CertificateProbe(
                        client,
                        apis,
                        release,
                        KVCachePoolReconciler.FIELD_MANAGER,
                        (pool, what) -> events.normal(pool, Reason.CertificateAsked, what)),
                (pool, holder) -> events.normal(
                        pool,
                        Reason.HolderGone,
                        "told the router that cache-node " + holder + " is gone for good: its rows are erased"),
                Clock.systemUTC());
        return new Observation(probe, threads);
    }

    @Produces
    @Singleton
    Apis apis(KubernetesClient client) {
        return new Apis(client);
    }

    @Produces
    @Singleton
    PoolGauges gauges(MeterRegistry metrics) {
        return new PoolGauges(
                metrics,
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("gauges").daemon().factory()));
    }

    @Produces
    @Singleton
    Autoscaler autoscaler(OperatorCommand command, Events events, MeterRegistry metrics) {
        return new Autoscaler(command.scaleTimes(), events, metrics, Clock.systemUTC());
    }

    @Produces
    @Singleton
    PinStatus pinStatuses() {
        return new PinStatus(Clock.systemUTC());
    }

    @Produces
    @Singleton
    PinProbe pins(KubernetesClient client) {
        return new PinProbe(client, new RouterClient(client), Clock.systemUTC());
    }

    void close(@Disposes PinProbe pins) {
        pins.close();
    }

    @Produces
    @Singleton
    PinThreads pinThreads() {
        return new PinThreads(Executors.newScheduledThreadPool(
                PROBES_AT_ONCE, Thread.ofPlatform().name("pin-", 0).daemon().factory()));
    }

    @Produces
    @Singleton
    Webhook webhook(
            OperatorCommand command, KubernetesClient client, Vertx vertx, Release release, MeterRegistry metrics) {
        return new Webhook(
                command.webhook(),
                client,
                vertx,
                release,
                metrics,
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("webhook").daemon().factory()),
                InstantSource.system(),
                KVCachePoolReconciler.FIELD_MANAGER);
    }

    @Produces
    @Singleton
    LeaderElectionConfiguration leaderElection(OperatorCommand command, KubernetesClient client, Webhook webhook) {
        var namespace = ownNamespace(command, client);
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
                .withLeaseNamespace(namespace)
                .withLeaseDuration(Duration.ofSeconds(command.leaseDuration))
                .withRenewDeadline(Duration.ofMillis(command.leaseDuration * 1000L * 2 / 3))
                .withRetryPeriod(LEASE_RETRY)
                .withLeaderCallbacks(new LeaderCallbacks(() -> begin(webhook), Leadership::lost, _ -> {}))
                .build();
    }

    private static void begin(Webhook webhook) {
        LOG.info("acts, as it holds the Lease");
        webhook.act();
    }
}
