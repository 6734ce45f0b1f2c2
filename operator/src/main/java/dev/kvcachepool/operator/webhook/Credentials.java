package dev.kvcachepool.operator.webhook;

import dev.kvcachepool.commandline.certificate.Issued;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The webhook's certificate, its key, and the certificates by which the API server knows the webhook: this one and, for a time,
 * the one before, which other operators may still show.
 *
 * @param certificate PEM
 * @param key PKCS#8 as PEM; never logged
 * @param trusted PEM, one certificate after another
 */
record Credentials(String certificate, String key, String trusted) {
    static final Duration LIFETIME = Duration.ofDays(90);
    /** Renewed when so much of it is left. */
    static final Duration MARGIN = Duration.ofDays(30);

    private static final String CERTIFICATE_KEY = "tls.crt";
    private static final String PRIVATE_KEY = "tls.key";
    private static final String TRUSTED_KEY = "ca.crt";

    /** A new certificate; {@code before} is trusted along with it while it is valid. */
    static Credentials make(List<String> names, Instant now, Optional<Credentials> before) {
        var made = Issued.selfSigned(names, now, now.plus(LIFETIME));
        var certificate = made.certificatePem();
        return new Credentials(
                certificate,
                made.keyPem(),
                certificate
                        + before.filter(old ->
                                        old.leaf().getNotAfter().toInstant().isAfter(now))
                                .map(Credentials::certificate)
                                .orElse(""));
    }

    /** What a Secret has; empty where that can't be used, whatever it is. */
    static Optional<Credentials> of(Secret secret) {
        var data = secret.getData() == null ? Map.<String, String>of() : secret.getData();
        try {
            var read = new Credentials(text(data, CERTIFICATE_KEY), text(data, PRIVATE_KEY), text(data, TRUSTED_KEY));
            read.leaf();
            KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(decoded(read.key)));
            return Optional.of(read);
        } catch (GeneralSecurityException | IllegalArgumentException | IllegalStateException e) {
            return Optional.empty();
        }
    }

    private static String text(Map<String, String> data, String key) {
        return new String(Base64.getDecoder().decode(data.getOrDefault(key, "")), StandardCharsets.US_ASCII);
    }

    Secret secret(String namespace, String name, Map<String, String> labels) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .withType("kubernetes.io/tls")
                .withData(Map.of(
                        CERTIFICATE_KEY, base64(certificate), PRIVATE_KEY, base64(key), TRUSTED_KEY, base64(trusted)))
                .build();
    }

    /** What the API server is told to trust. */
    String bundle() {
        return base64(trusted);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Until when the API server takes it. */
    Instant end() {
        return leaf().getNotAfter().toInstant();
    }

    /** Whether it is to be replaced: near its end, past it, or for another name. */
    boolean isDue(List<String> names, Instant now) {
        return now.plus(MARGIN).isAfter(end()) || !names().containsAll(names) || !trusted.contains(certificate);
    }

    private List<String> names() {
        try {
            var names = leaf().getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream().map(name -> String.valueOf(name.get(1))).toList();
        } catch (GeneralSecurityException e) {
            return List.of();
        }
    }

    private X509Certificate leaf() {
        try {
            var bytes = certificate.getBytes(StandardCharsets.US_ASCII);
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no certificate", e);
        }
    }

    private static byte[] decoded(String pem) {
        return Base64.getMimeDecoder()
                .decode(pem.lines().filter(line -> !line.startsWith("-----")).collect(Collectors.joining()));
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "certificate until " + end();
    }
}
