package dev.kvcachepool.operator.probe;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.Security.IssuerRef;
import dev.kvcachepool.operator.desired.ChildNames;
import dev.kvcachepool.operator.desired.PoolCertificate;
import dev.kvcachepool.operator.desired.PoolContext;
import dev.kvcachepool.operator.desired.PoolTls;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.probe.Findings.Absent;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Asks cert-manager for the certificate of a pool that names an issuer, and looks what became of it. The Secret is cert-manager's: what
 * was there once stays when something is missing later, and running pods go on with it. Thread-safe.
 */
public final class CertificateProbe {
    private final KubernetesClient client;
    private final Apis apis;
    private final Release release;
    private final OwnedObjects objects;

    /**
     * A probe.
     *
     * @param fieldManager under which the Certificate is written
     * @param told that it was written, in words
     */
    public CertificateProbe(
            KubernetesClient client,
            Apis apis,
            Release release,
            String fieldManager,
            BiConsumer<KVCachePool, String> told) {
        this.client = client;
        this.apis = apis;
        this.release = release;
        this.objects = new OwnedObjects(client, fieldManager, told);
    }

    /**
     * One look; what is in the way, a sentence each.
     *
     * @param writing whether the Certificate is written; else it is only looked at
     */
    List<Absent> look(KVCachePool pool, boolean writing) {
        var tls = pool.getSpec().security().tls();
        var issuer = tls == null ? null : tls.issuerRef();
        if (issuer == null) {
            return List.of();
        }
        if (!apis.serve(PoolCertificate.API_VERSION, PoolCertificate.KIND)) {
            return List.of(new Absent(
                    "CertManagerMissing",
                    PoolTls.ISSUER_FIELD + " is given, and this cluster serves no Certificate of "
                            + PoolCertificate.API_VERSION + ": install cert-manager, or name a Secret in "
                            + PoolTls.FIELD));
        }
        try {
            return certificate(pool, issuer, writing).stream().toList();
        } catch (KubernetesClientException e) {
            return List.of(new Absent(
                    "CertificateRefused",
                    "the API server refuses what " + PoolTls.ISSUER_FIELD + " needs (" + e.getCode() + ": "
                            + e.getMessage() + "): give the operator's ServiceAccount the ClusterRole of"
                            + " manifests/kustomize/base, or correct what the message names"));
        }
    }

    private Optional<Absent> certificate(KVCachePool pool, IssuerRef issuer, boolean writing) {
        var wanted = PoolCertificate.of(new PoolContext(pool, release), issuer);
        var name = pool.getMetadata().getNamespace() + "/" + ChildNames.of(pool).tls();
        var there = objects.bring(pool, wanted, false);
        if (there == null && isSomebodys(pool)) {
            return Optional.of(new Absent(
                    "SecretTaken",
                    "Secret " + name
                            + " is there and is not cert-manager's, which would overwrite it: delete it, or name"
                            + " it in " + PoolTls.FIELD + " in place of issuerRef"));
        }
        var asked = objects.bring(pool, wanted, writing);
        if (asked == null) {
            return Optional.of(new Absent(
                    "CertificateNotReady",
                    "the Certificate " + name + " that the pool needs is not there, and the pool is paused"));
        }
        if (!ChildNames.of(pool).tls().equals(asked.<Object>get("spec", "secretName"))) {
            return Optional.of(new Absent(
                    "CertificateTaken",
                    "Certificate " + name
                            + " is somebody else's, and of another Secret: rename it, so that the operator"
                            + " can write the pool's"));
        }
        return notReady(asked)
                .map(why -> new Absent(
                        "CertificateNotReady",
                        "Certificate " + name + " is not ready (" + why + "): look at it, and at " + issuer.kind() + " "
                                + issuer.name() + ", which " + PoolTls.ISSUER_FIELD + " names"));
    }

    private boolean isSomebodys(KVCachePool pool) {
        var name = ChildNames.of(pool).tls();
        var secret = client.secrets()
                .inNamespace(pool.getMetadata().getNamespace())
                .withName(name)
                .get();
        var annotations = secret == null ? null : secret.getMetadata().getAnnotations();
        return secret != null && (annotations == null || !name.equals(annotations.get(PoolCertificate.OF_SECRET)));
    }

    /** Why it is not, in cert-manager's own words where it has some; empty if it is. */
    static Optional<String> notReady(GenericKubernetesResource certificate) {
        var ready = StrimziKafka.maps(certificate.get("status", "conditions")).stream()
                .filter(condition -> "Ready".equals(condition.get("type")))
                .findFirst();
        if (ready.isEmpty()) {
            return Optional.of("cert-manager has said nothing of it yet");
        }
        if (!"True".equals(ready.get().get("status"))) {
            return Optional.of(words(ready.get()));
        }
        return ready.get().get("observedGeneration") instanceof Number seen
                        && certificate.getMetadata().getGeneration() != null
                        && seen.longValue() < certificate.getMetadata().getGeneration()
                ? Optional.of("cert-manager has not seen its newest form yet")
                : Optional.empty();
    }

    private static String words(Map<?, ?> condition) {
        var reason = condition.get("reason");
        var message = condition.get("message");
        var said = (reason == null ? "" : reason.toString()) + (message == null ? "" : ": " + message);
        return said.isEmpty() ? "cert-manager gives no reason" : said;
    }
}
