package dev.kvcachepool.operator.probe;

import dev.kvcachepool.commandline.tls.Shown;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.PoolTls;
import dev.kvcachepool.operator.probe.Findings.Absent;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The Secret of a pool's certificate.
 *
 * @param certificate what is in the way of the Certificate that it comes from, where it is one of cert-manager's
 */
record CertificateSecret(KubernetesClient client, KVCachePool pool, List<Absent> certificate, Instant now) {
    private static final String REASON = "SecretMissing";

    /** What is missing of it or no good, a sentence each; nothing without TLS. */
    List<Absent> missing() {
        var name = PoolTls.secret(pool);
        if (name == null || !certificate.isEmpty()) {
            return certificate;
        }
        var missing = isIssued() ? issued(name) : named(name);
        return missing.isEmpty() ? wrong(name) : missing;
    }

    /** What is wrong with the certificate itself, the worst of it. */
    private List<Absent> wrong(String name) {
        var what = "the certificate " + PoolTls.CERTIFICATE + " in Secret "
                + pool.getMetadata().getNamespace() + "/" + name + " ";
        var next = isIssued()
                ? ": look why Certificate " + name + " is not renewed"
                : ": put another one there, which running pods take without a restart";
        try {
            return reader().read(field(), name, PoolTls.CERTIFICATE).map(Shown::of).stream()
                    .flatMap(shown -> wrong(shown, what, next).stream())
                    .toList();
        } catch (IllegalArgumentException e) {
            return List.of(new Absent("CertificateWrong", what + e.getMessage() + next));
        }
    }

    private Optional<Absent> wrong(Shown shown, String what, String next) {
        if (!now.isBefore(shown.notAfter())) {
            return Optional.of(new Absent("CertificateEnded", what + "has expired, on " + shown.notAfter() + next));
        }
        var without = shown.without(PoolTls.names(pool));
        if (!without.isEmpty()) {
            return Optional.of(new Absent(
                    "CertificateWithoutName",
                    what + "has not the DNS names " + String.join(", ", without)
                            + ", by which the pool's programs know one another: have them added"));
        }
        return now.isBefore(shown.dueBy())
                ? Optional.empty()
                : Optional.of(new Absent("CertificateEndsSoon", what + "expires on " + shown.notAfter() + next));
    }

    private String field() {
        return isIssued() ? PoolTls.ISSUER_FIELD : PoolTls.FIELD;
    }

    private boolean isIssued() {
        var tls = pool.getSpec().security().tls();
        return tls != null && tls.issuerRef() != null;
    }

    private List<Absent> named(String name) {
        var secrets = reader();
        secrets.require(PoolTls.FIELD, name, PoolTls.CERTIFICATE, PoolTls.KEY, PoolTls.AUTHORITIES);
        return told(secrets);
    }

    private List<Absent> issued(String name) {
        var secrets = reader();
        secrets.require(PoolTls.ISSUER_FIELD, name, PoolTls.CERTIFICATE, PoolTls.KEY);
        var secret = "Secret " + pool.getMetadata().getNamespace() + "/" + name + ", which cert-manager makes for "
                + PoolTls.ISSUER_FIELD + ", ";
        if (!secrets.wrong().isEmpty()) {
            return List.of(new Absent(
                    REASON,
                    secret + "can't be read, or has no " + PoolTls.CERTIFICATE + " or " + PoolTls.KEY
                            + ": look at the Certificate of this name"));
        }
        return secrets.read(PoolTls.ISSUER_FIELD, name, PoolTls.AUTHORITIES).isPresent()
                ? List.of()
                : List.of(new Absent(
                        REASON,
                        secret + "has no key " + PoolTls.AUTHORITIES + ": the issuer does not say who vouches for its"
                                + " certificates, as those of ACME don't; name one that does"));
    }

    private SecretReader reader() {
        return new SecretReader(client, pool.getMetadata().getNamespace());
    }

    private static List<Absent> told(SecretReader secrets) {
        return secrets.wrong().stream()
                .map(sentence -> new Absent(REASON, sentence))
                .toList();
    }
}
