package dev.kvcachepool.operator.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kvcachepool.commandline.certificate.Issued;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.KVCachePoolStatus;
import dev.kvcachepool.operator.desired.Release;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One server is both the API server, which knows what is written here, and the router. */
class ProbeTest {
    private static final String API = "/api/v1/namespaces/n/";
    private static final String APPS = "/apis/apps/v1/namespaces/n/";

    private final Map<String, String> objects = new ConcurrentHashMap<>();
    private final List<String> calledGone = Collections.synchronizedList(new ArrayList<>());
    private final List<String> told = new ArrayList<>();
    private final Brokers brokers = new Brokers();
    private volatile int goneStatus = 200;
    private HttpServer server;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        int port = server.getAddress().getPort();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + port)
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        objects.put(APPS + "deployments/p-router", "{\"status\": {\"readyReplicas\": 1}}");
        objects.put(
                API + "services/p-router",
                "{\"spec\": {\"clusterIP\": \"127.0.0.1\", \"ports\": [{\"port\": " + port + "}]}}");
        objects.put(APPS + "statefulsets/p", "{\"spec\": {\"replicas\": 1}}");
    }

    @AfterEach
    void stop() {
        client.close();
        brokers.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        var known = objects.get(path);
        int status = known == null ? 404 : 200;
        if (path.endsWith("/gone")) {
            calledGone.add(path);
            status = goneStatus;
        } else if ("forbidden".equals(known)) {
            status = 403;
        }
        var bytes = (status == 200 && known != null ? known : "{}").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void holders(String... ids) {
        var rows = new ArrayList<String>();
        for (var id : ids) {
            rows.add("{\"id\": \"" + id + "\", \"incarnation\": 7, \"state\": \"serving\", \"liveness\": \"quiet\"}");
        }
        objects.put("/v1/index", "{\"ready\": true, \"endpoints\": [], \"holders\": [" + String.join(",", rows) + "]}");
    }

    /** Its salt's Secret is missing, so that no broker is asked. */
    private static KVCachePool pool(String placement, String paused) {
        return new KubernetesSerialization().unmarshal("""
            apiVersion: kvcachepool.dev/v1alpha1
            kind: KVCachePool
            metadata: {name: p, namespace: n, uid: u, annotations: {kvcachepool.dev/pause: "%s"}}
            spec:
              placement: %s
              tiers: {host: {size: 1Gi}}
              adverts: {bootstrapServers: "kafka:9092", saltKeySecretRef: {name: salt}}
            """.formatted(paused, placement), KVCachePool.class);
    }

    private Findings probe(KVCachePool pool) {
        return probe(Instant.EPOCH).fetchResources(pool).iterator().next();
    }

    private Probe probe(Instant now) {
        var strimzi = new StrimziProbe(
                client, new Apis(client), new Release("1", "node", "router"), "test", (of, what) -> told.add(what));
        return new Probe(
                client,
                brokers,
                new RouterClient(client),
                strimzi,
                new CertificateProbe(
                        client,
                        new Apis(client),
                        new Release("1", "node", "router"),
                        "test",
                        (of, what) -> told.add(what)),
                (of, holder) -> told.add(holder),
                Clock.fixed(now, ZoneOffset.UTC));
    }

    /** What a look throws would end all later ones. */
    @Test
    void anApiServerThatDoesNotSayWhereTheRouterIsCountsAsARouterThatIsAway() {
        // Given
        objects.put(APPS + "deployments/p-router", "forbidden");
        // When
        var findings = probe(pool("Pooled", "false"));
        // Then
        assertThat(findings.router()).isNull();
    }

    @Test
    void aNodeThatWasScaledAwayIsCalledGone() {
        // Given one that is, one whose pod is there, and one that comes back
        holders("u.p-0", "u.p-1", "u.p-2");
        objects.put(API + "pods/p-1", "{}");
        // When
        probe(pool("Pooled", "false"));
        // Then
        assertThat(calledGone).containsExactly("/v1/holders/u.p-2/gone");
        assertThat(told).containsExactly("u.p-2");
    }

    @Test
    void aNodeOfADeletedKubernetesNodeIsCalledGone() {
        // Given one that may not be looked at, too
        holders("u.here", "u.deleted", "u.hidden");
        objects.put("/api/v1/nodes/here", "{}");
        objects.put("/api/v1/nodes/hidden", "forbidden");
        // When
        probe(pool("NodeLocal", "false"));
        // Then
        assertThat(calledGone).containsExactly("/v1/holders/u.deleted/gone");
    }

    @Test
    void aRouterThatRefusesChangesNothingElse() {
        // Given
        holders("u.p-5");
        goneStatus = 503;
        // When
        var findings = probe(pool("Pooled", "false"));
        // Then
        assertThat(calledGone).hasSize(1);
        assertThat(told).isEmpty();
        assertThat(findings.router())
                .isEqualTo(new Findings.RouterView(
                        true, 0, 0, List.of(new NodeView("u.p-5", "Serving", 7, "", List.of())), List.of(), null));
        assertThat(findings.secrets()).hasSize(1);
    }

    @Test
    void theSecretOfUsersNeedsBothOfItsKeys() {
        // Given a Secret with users, and no password of the pool's own
        objects.put(
                API + "secrets/users",
                "{\"metadata\": {\"name\": \"users\"}, \"data\": {\"users.yaml\": \"dXNlcnM6IFtdCg==\"}}");
        var pool = new KubernetesSerialization().unmarshal("""
            apiVersion: kvcachepool.dev/v1alpha1
            kind: KVCachePool
            metadata: {name: p, namespace: n, uid: u}
            spec:
              tiers: {host: {size: 1Gi}}
              adverts: {bootstrapServers: "kafka:9092", saltKeySecretRef: {name: salt}}
              router: {enabled: false}
              security: {auth: {secretRef: {name: users}}}
            """, KVCachePool.class);
        // When
        var findings = probe(pool);
        // Then
        assertThat(findings.mountedFiles())
                .containsExactly(new Findings.Absent(
                        "SecretMissing",
                        "Secret n/users, which spec.security.auth.secretRef names, has no key pool-password: add it"));
    }

    @Test
    void theSecretOfTlsNeedsWhoVouchesForOthers() {
        // Given a Secret as people make them by hand
        objects.put(
                API + "secrets/certificate",
                "{\"metadata\": {\"name\": \"certificate\"}, \"data\": {\"tls.crt\": \"eA==\", \"tls.key\": \"eA==\"}}");
        var pool = new KubernetesSerialization().unmarshal("""
            apiVersion: kvcachepool.dev/v1alpha1
            kind: KVCachePool
            metadata: {name: p, namespace: n, uid: u}
            spec:
              tiers: {host: {size: 1Gi}}
              adverts: {bootstrapServers: "kafka:9092", saltKeySecretRef: {name: salt}}
              router: {enabled: false}
              security: {tls: {secretRef: {name: certificate}}}
            """, KVCachePool.class);
        // When
        var findings = probe(pool);
        // Then
        assertThat(findings.mountedFiles())
                .containsExactly(new Findings.Absent(
                        "SecretMissing",
                        "Secret n/certificate, which spec.security.tls.secretRef names, has no key ca.crt: add it"));
    }

    private static final List<String> NAMES = List.of("p.n.svc", "p-router.n.svc", "*.p-nodes.n.svc");

    private List<String> ofCertificate(Instant now, String pem) {
        var text = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
        objects.put(
                API + "secrets/certificate",
                "{\"metadata\": {\"name\": \"certificate\"}, \"data\": {\"tls.crt\": \"" + text
                        + "\", \"tls.key\": \"eA==\", \"ca.crt\": \"eA==\"}}");
        var pool = new KubernetesSerialization().unmarshal("""
            apiVersion: kvcachepool.dev/v1alpha1
            kind: KVCachePool
            metadata: {name: p, namespace: n, uid: u}
            spec:
              tiers: {host: {size: 1Gi}}
              adverts: {bootstrapServers: "kafka:9092", saltKeySecretRef: {name: salt}}
              security: {tls: {secretRef: {name: certificate}}}
            """, KVCachePool.class);
        return probe(now).fetchResources(pool).iterator().next().mountedFiles().stream()
                .map(absent -> absent.reason() + ": " + absent.sentence())
                .toList();
    }

    @Test
    void aCertificateThatWasNotReplacedIsSaidBeforeAndAfterItExpires() {
        // Given one for 90 days, and one for a day and an hour
        var from = Instant.parse("2026-01-01T00:00:00Z");
        var authority = Issued.authority("ours", InstantSource.fixed(from));
        var until = from.plus(Duration.ofDays(90));
        var longOne = authority.issue(NAMES, from, until).certificatePem();
        var shortOne =
                authority.issue(NAMES, from, from.plus(Duration.ofHours(23))).certificatePem();
        // When, then
        assertThat(ofCertificate(until.minus(Duration.ofDays(14)).minusSeconds(1), longOne))
                .isEmpty();
        assertThat(ofCertificate(until.minus(Duration.ofDays(14)), longOne))
                .containsExactly("CertificateEndsSoon: the certificate tls.crt in Secret n/certificate expires on "
                        + until + ": put another one there, which running pods take without a restart");
        assertThat(ofCertificate(until, longOne))
                .containsExactly("CertificateEnded: the certificate tls.crt in Secret n/certificate has expired, on "
                        + until + ": put another one there, which running pods take without a restart");
        assertThat(ofCertificate(from.plus(Duration.ofHours(17)).minusSeconds(1), shortOne))
                .isEmpty();
        assertThat(ofCertificate(from.plus(Duration.ofHours(17)), shortOne).getFirst())
                .startsWith("CertificateEndsSoon");
    }

    @Test
    void aCertificateThatServesNobodyIsSaid() {
        // Given
        var now = Instant.now();
        var authority = Issued.authority("ours", InstantSource.system());
        var other = authority.issue(List.of("*.n.svc", "else.n.svc"), now, now.plus(Duration.ofDays(90)));
        // When, then
        assertThat(ofCertificate(now, other.certificatePem()))
                .containsExactly(
                        "CertificateWithoutName: the certificate tls.crt in Secret n/certificate has not the DNS"
                                + " names *.p-nodes.n.svc, by which the pool's programs know one another: have them added");
        assertThat(ofCertificate(now, "nothing").getFirst())
                .startsWith(
                        "CertificateWrong: the certificate tls.crt in Secret n/certificate has 0 certificates in PEM");
    }

    @Test
    void whatVolumesNameAndIsNotThereIsSaid() {
        // Given a ConfigMap that is there, and nothing else
        objects.put(API + "configmaps/here", "{\"metadata\": {\"name\": \"here\"}}");
        var pool = new KubernetesSerialization().unmarshal("""
            apiVersion: kvcachepool.dev/v1alpha1
            kind: KVCachePool
            metadata: {name: p, namespace: n, uid: u}
            spec:
              tiers: {host: {size: 1Gi}}
              adverts: {bootstrapServers: "kafka:9092", saltKeySecretRef: {name: salt}}
              router: {replicas: 0, template: {volumes: [{name: a, mountPath: /a, configMap: lost}]}}
              template:
                volumes:
                  - {name: a, mountPath: /a, configMap: here}
                  - {name: b, mountPath: /b, secret: keys}
                  - {name: c, mountPath: /c, claim: models}
                  - {name: d, mountPath: /d, emptyDir: 1Gi}
            """, KVCachePool.class);
        // When
        var findings = probe(pool);
        // Then
        assertThat(findings.mountedFiles())
                .extracting(Findings.Absent::sentence)
                .containsExactly(
                        "Secret n/keys, which spec.template.volumes names, does not exist: create it",
                        "PersistentVolumeClaim n/models, which spec.template.volumes names, does not exist: create it",
                        "ConfigMap n/lost, which spec.router.template.volumes names, does not exist: create it");
    }

    @Test
    void aPausedPoolIsLeftAlone() {
        // Given
        holders("u.p-5");
        // When
        probe(pool("Pooled", "true"));
        // Then
        assertThat(calledGone).isEmpty();
    }

    @Test
    void whatHasNotComeForAMinuteIsLookedForNoOftenerThanWhatIsWell() {
        // Given one whose Secret is missing and whose last condition changed at noon
        var noon = Instant.parse("2026-01-01T12:00:00Z");
        var pool = pool("Pooled", "false");
        pool.setStatus(new KubernetesSerialization().unmarshal("""
                        conditions:
                          - {type: Ready, status: "True", lastTransitionTime: "2026-01-01T11:00:00Z"}
                          - {type: Degraded, status: "True", lastTransitionTime: "%s"}
                        """.formatted(noon), KVCachePoolStatus.class));
        var findings = Set.of(probe(pool));
        // When, Then
        assertThat(probe(noon.plusSeconds(59)).fetchDelay(findings, pool)).contains(Probe.SOON);
        assertThat(probe(noon.plusSeconds(61)).fetchDelay(findings, pool)).contains(Probe.PERIOD);
        assertThat(probe(noon.plusSeconds(61)).fetchDelay(null, pool)).contains(Duration.ZERO);
    }
}
