package dev.kvcachepool.operator.pin;

import dev.kvcachepool.crds.PrefixPin;
import dev.kvcachepool.crds.PrefixPinSpec.Mode;
import dev.kvcachepool.operator.pin.PinFindings.PoolFinding;
import dev.kvcachepool.operator.probe.RouterClient;
import dev.kvcachepool.operator.probe.SecretReader;
import dev.kvcachepool.operator.status.Trouble;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.processing.event.source.polling.PerResourcePollingEventSource.ResourceFetcher;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Renews pins at the routers of their pools, off the reconcilers' threads; a reconciler is woken when the findings differ.
 *
 * <p>A pin is a lease of {@link #LEASE}, renewed every {@link #PERIOD}. It is looked after every {@link #TICK}, which costs
 * nothing unless a renewal is due: as its time has come, the specification is another, it expires, or pins that it may share
 * blocks with were ended. What is remembered of the last renewal is when and of what it was: a new process renews at once.
 * Thread-safe.
 */
public final class PinProbe implements ResourceFetcher<PinFindings, PrefixPin>, AutoCloseable {
    static final Duration LEASE = Duration.ofMinutes(5);
    static final Duration PERIOD = Duration.ofMinutes(1);
    /** While something is wrong that may heal, or is not there yet. */
    static final Duration SOON = Duration.ofSeconds(10);

    static final Duration TICK = Duration.ofSeconds(2);
    private static final String SALT = "spec.cacheSaltSecretRef";

    private final KubernetesClient client;
    private final PinClient pools;
    private final Clock clock;
    private final Map<String, Renewal> renewals = new ConcurrentHashMap<>();
    private final AtomicLong ends = new AtomicLong();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("pins-", 0).factory());

    public PinProbe(KubernetesClient client, RouterClient routers, Clock clock) {
        this.client = client;
        this.pools = new PinClient(client, routers);
        this.clock = clock;
    }

    /** The last renewal, and when the next one is due. */
    private record Renewal(String namespace, List<String> pools, PinFindings findings, Instant due) {
        boolean shares(String otherNamespace, List<String> otherPools) {
            return namespace.equals(otherNamespace) && !Collections.disjoint(pools, otherPools);
        }
    }

    @Override
    public Set<PinFindings> fetchResources(PrefixPin pin) {
        var uid = pin.getMetadata().getUid();
        var last = renewals.get(uid);
        long generation = pin.getMetadata().getGeneration();
        var now = clock.instant();
        if (last != null && last.findings.generation() == generation && now.isBefore(last.due)) {
            return Set.of(last.findings);
        }
        long endsBefore = ends.get();
        var expiry = expiry(pin);
        var findings = expiry.wrong != null
                ? new PinFindings(generation, false, expiry.wrong, List.of())
                : renew(pin, generation, expiry.at, now, last);
        var due = ends.get() == endsBefore ? due(findings, expiry.at, now) : now;
        var spec = pin.getSpec();
        renewals.put(uid, new Renewal(pin.getMetadata().getNamespace(), spec.pools(), findings, due));
        return Set.of(findings);
    }

    private record Expiry(Instant at, @Nullable Trouble wrong) {}

    private static Expiry expiry(PrefixPin pin) {
        var text = pin.getSpec().expiresAt();
        if (text == null) {
            return new Expiry(Instant.MAX, null);
        }
        try {
            return new Expiry(OffsetDateTime.parse(text).toInstant(), null);
        } catch (DateTimeParseException e) {
            return new Expiry(
                    Instant.MAX,
                    new Trouble(
                            "ExpiryUnreadable",
                            "spec.expiresAt is " + text + ": give a moment such as 2027-01-31T00:00:00Z"));
        }
    }

    private static Instant due(PinFindings findings, Instant expiresAt, Instant now) {
        if (findings.expired()) {
            return now.plus(PERIOD);
        }
        boolean whole = findings.wrong() == null && findings.pools().stream().allMatch(pool -> pool.trouble() == null);
        var next = now.plus(whole ? PERIOD : SOON);
        return expiresAt.isBefore(next) ? expiresAt : next;
    }

    private PinFindings renew(PrefixPin pin, long generation, Instant expiresAt, Instant now, @Nullable Renewal last) {
        if (!now.isBefore(expiresAt)) {
            if (last != null && !last.findings.expired()) {
                end(pin);
            }
            return new PinFindings(generation, true, null, List.of());
        }
        var secrets = new SecretReader(client, pin.getMetadata().getNamespace());
        var salt = salt(pin, secrets);
        if (!secrets.wrong().isEmpty()) {
            var wrong = new Trouble("SecretMissing", String.join("; ", secrets.wrong()));
            return new PinFindings(generation, false, wrong, List.of());
        }
        var request = new PinRequest(pin.getSpec(), salt);
        return new PinFindings(generation, false, null, askAll(pin, request.renewal(seconds(expiresAt, now))));
    }

    private static String salt(PrefixPin pin, SecretReader secrets) {
        var reference = pin.getSpec().cacheSaltSecretRef();
        return reference == null
                ? ""
                : secrets.read(SALT, reference.name(), reference.key()).orElse("");
    }

    /** No pin outlives its expiry by more than a second. */
    private static long seconds(Instant expiresAt, Instant now) {
        return expiresAt.isAfter(now.plus(LEASE))
                ? LEASE.toSeconds()
                : Duration.between(now, expiresAt).toSeconds() + 1;
    }

    /** One thread a pool, so that one that is away keeps nobody waiting. */
    private List<PoolFinding> askAll(PrefixPin pin, byte[] body) {
        var namespace = pin.getMetadata().getNamespace();
        var mode = pin.getSpec().mode();
        var asked = pin.getSpec().pools().stream()
                .map(pool -> CompletableFuture.supplyAsync(() -> pools.ask(namespace, pool, mode, body), threads))
                .toList();
        return asked.stream().map(CompletableFuture::join).toList();
    }

    /** A pin was deleted: what it kept is let go, unless others keep it. Returns at once. */
    void deleted(PrefixPin pin) {
        var last = renewals.remove(pin.getMetadata().getUid());
        if (last != null && !last.findings.expired()) {
            threads.execute(() -> end(pin));
        }
    }

    private void end(PrefixPin pin) {
        if (pin.getSpec().mode() != Mode.Pin) {
            return;
        }
        var namespace = pin.getMetadata().getNamespace();
        var secrets = new SecretReader(client, namespace);
        var salt = salt(pin, secrets);
        if (secrets.wrong().isEmpty()) {
            pools.end(namespace, pin.getSpec().pools(), new PinRequest(pin.getSpec(), salt).end());
            ends.incrementAndGet();
            var now = clock.instant();
            renewals.replaceAll(
                    (uid, renewal) -> renewal.shares(namespace, pin.getSpec().pools())
                            ? new Renewal(renewal.namespace, renewal.pools, renewal.findings, now)
                            : renewal);
        }
    }

    /** {@code last} is null before the first time, whatever the signature says. */
    @Override
    public Optional<Duration> fetchDelay(@Nullable Set<PinFindings> last, PrefixPin pin) {
        return Optional.of(last == null || last.isEmpty() ? Duration.ZERO : TICK);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
