package dev.kvcachepool.operator.webhook;

import dev.kvcachepool.operator.desired.Release;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The webhook as a whole. Every ten seconds each operator looks at the Secret and serves with what it has; the one that acts
 * sees to it that the certificate there is good for a month at least, and that the API server knows it.
 *
 * <p>A certificate is replaced so: the API server is told to trust the new one and the old one, then the Secret gets the new
 * one, then the operators serve with it. Whatever it is that operators still show, the API server trusts it. Where a step
 * fails, the next look begins again.
 */
public final class Webhook {
    private static final Logger LOG = Logger.getLogger(Webhook.class);
    private static final int LOOK_SECONDS = 10;

    private final WebhookSettings settings;
    private final Registration registration;
    private final CertificateStore store;
    private final WebhookServer server;
    private final ScheduledExecutorService timer;
    private final InstantSource clock;
    private final AtomicBoolean acts = new AtomicBoolean();
    private volatile @Nullable Credentials served;
    private int port;
    private @Nullable String trouble;

    public Webhook(
            WebhookSettings settings,
            KubernetesClient client,
            Vertx vertx,
            Release release,
            MeterRegistry metrics,
            ScheduledExecutorService timer,
            InstantSource clock,
            String fieldManager) {
        this.settings = settings;
        this.registration = new Registration(
                release.namespace(),
                settings.service() == null ? CertificateStore.SECRET : settings.service(),
                settings.namespaces());
        this.store = new CertificateStore(client, release.namespace(), fieldManager);
        this.server = new WebhookServer(vertx, new Admission(new LiveSurroundings(client), release, metrics)::answer);
        this.timer = timer;
        this.clock = clock;
        this.port = settings.port();
        Gauge.builder("kvcachepool.operator.webhook.certificate.end.seconds", this, Webhook::endSeconds)
                .description("When the webhook's certificate ends")
                .register(metrics);
    }

    /** Begins to serve, unless that is not wanted. */
    public void start() {
        if (settings.isWanted()) {
            var _ = timer.scheduleWithFixedDelay(this::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** From now on this operator acts. */
    public void act() {
        acts.set(true);
        if (settings.isWanted()) {
            timer.execute(this::look);
        }
    }

    /** Serves no longer. */
    public void stop() {
        timer.shutdownNow();
        server.close();
    }

    private double endSeconds() {
        var now = served;
        return now == null ? 0 : now.end().getEpochSecond();
    }

    /** What fails once must not end all later looks; the same trouble is told once. */
    private void look() {
        try {
            keep();
            trouble = null;
        } catch (KubernetesClientException | CompletionException e) {
            var sentence = String.valueOf(e.getMessage());
            if (!sentence.equals(trouble)) {
                LOG.warnf("the webhook can't be kept up just now, pods may be made without it: %s", sentence);
            }
            trouble = sentence;
        } catch (RuntimeException e) {
            LOG.warn("the webhook can't be kept up just now, pods may be made without it", e);
        }
    }

    private void keep() {
        var there = store.read();
        if (acts.get()
                && there.filter(one -> !one.isDue(names(), clock.instant())).isEmpty()) {
            there = Optional.of(renewed(there));
        }
        if (there.isEmpty()) {
            return;
        }
        serve(there.get());
        if (acts.get()) {
            register(there.get());
        }
    }

    private List<String> names() {
        return settings.host() == null ? List.of(registration.serviceName()) : List.of(settings.host());
    }

    private Credentials renewed(Optional<Credentials> before) {
        var fresh = Credentials.make(names(), clock.instant(), before);
        if (served != null) {
            register(fresh);
        }
        store.write(fresh);
        LOG.infof("made the webhook's certificate anew, good until %s", fresh.end());
        return fresh;
    }

    private void serve(Credentials credentials) {
        if (credentials.equals(served)) {
            return;
        }
        port = server.serve(settings.address(), port, credentials)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        served = credentials;
    }

    private void register(Credentials credentials) {
        store.register(registration.configuration(way(credentials.bundle()), CertificateStore.LABELS));
    }

    private WebhookClientConfig way(String bundle) {
        return settings.host() == null
                ? registration.byService(bundle)
                : Registration.byAddress(settings.host(), port, bundle);
    }
}
