package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.apply;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.await;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.awaitCondition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.commandline.certificate.Issued;
import dev.kvcachepool.e2e.Fixture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A pool that names an issuer: cert-manager's own definition on a real API server; its status and its Secret are made by hand, as no
 * cert-manager runs.
 */
class CertificateIT {
    private static final String SPEC = """
            replicas: 1
            tiers: {host: {size: 1Gi}}
            adverts: {bootstrapServers: "%s", replication: 1}
            security: {tls: {issuerRef: {name: our-ca, kind: ClusterIssuer}}}
            """.formatted(Fixture.broker().address());

    private final String namespace = CLUSTER.namespace();

    @Test
    void whatIsMissingIsSaidStepByStepUntilTheSecretIsThere() {
        // Given a cluster without cert-manager
        var definition = RealCluster.root()
                .resolve("e2e/src/test/resources/certmanager/certificates.yaml")
                .toString();
        CLUSTER.kubectl("delete", "--ignore-not-found", "-f", definition).mustSucceed();
        // When
        apply(namespace, "shared", SPEC);
        // Then
        says("CertManagerMissing: spec.security.tls.issuerRef is given, and this cluster serves no Certificate");

        // When it comes, and a Secret of somebody's is in the way
        secret("", "tls.key", "somebody's");
        CLUSTER.kubectl("apply", "--server-side", "-f", definition).mustSucceed();
        // Then
        says("SecretTaken: Secret " + namespace + "/shared-tls is there and is not cert-manager's");
        assertThat(get("certificate/shared-tls")).isEmpty();

        // When
        CLUSTER.kubectl("delete", "secret/shared-tls", "-n", namespace).mustSucceed();
        // Then
        says("CertificateNotReady: Certificate " + namespace
                + "/shared-tls is not ready (cert-manager has said nothing of it yet)");
        assertThat(get("certificate/shared-tls"))
                .contains(
                        "- shared." + namespace + ".svc",
                        "- shared-router." + namespace + ".svc",
                        "- '*.shared-nodes." + namespace + ".svc'",
                        "kind: ClusterIssuer",
                        "rotationPolicy: Always",
                        "secretName: shared-tls",
                        "- client auth",
                        "kind: KVCachePool");

        // When
        ready("False", "DoesNotExist", "Issuing certificate as Secret does not exist");
        // Then
        says("CertificateNotReady: Certificate " + namespace + "/shared-tls is not ready (DoesNotExist: Issuing"
                + " certificate as Secret does not exist): look at it, and at ClusterIssuer our-ca");

        // When there is a Secret whose issuer does not say who vouches for it
        var authority = Issued.authority("ours", InstantSource.system());
        var own = authority.issue(
                List.of(
                        "shared." + namespace + ".svc",
                        "shared-router." + namespace + ".svc",
                        "*.shared-nodes." + namespace + ".svc"),
                Instant.now(),
                Instant.now().plus(Duration.ofDays(90)));
        secret("shared-tls", "tls.crt", own.certificatePem(), "tls.key", own.keyPem());
        ready("True", "Ready", "Certificate is up to date and has not expired");
        // Then
        says("SecretMissing: Secret " + namespace
                + "/shared-tls, which cert-manager makes for spec.security.tls.issuerRef, has no key ca.crt");

        // When
        secret(
                "shared-tls",
                "tls.crt",
                own.certificatePem(),
                "tls.key",
                own.keyPem(),
                "ca.crt",
                authority.certificatePem());
        // Then
        awaitCondition(namespace, "shared", "Degraded", "False");
        assertThat(get("statefulset/shared")).contains("secretName: shared-tls", "scheme: HTTPS");

        // When somebody changes the Certificate
        CLUSTER.kubectl(
                        "patch",
                        "certificate/shared-tls",
                        "-n",
                        namespace,
                        "--type=merge",
                        "-p",
                        "{\"spec\": {\"privateKey\": {\"rotationPolicy\": \"Never\"}}}")
                .mustSucceed();
        // Then
        await("it is as it shall be")
                .untilAsserted(() -> assertThat(get("certificate/shared-tls")).contains("rotationPolicy: Always"));
    }

    private void says(String condition) {
        awaitCondition(namespace, "shared", "Degraded", "True " + condition);
    }

    private String get(String object) {
        return CLUSTER.kubectl("get", object, "-n", namespace, "-o", "yaml", "--ignore-not-found")
                .mustSucceed();
    }

    private void ready(String status, String reason, String message) {
        CLUSTER.kubectl(
                        "patch",
                        "certificate/shared-tls",
                        "-n",
                        namespace,
                        "--subresource=status",
                        "--type=merge",
                        "-p",
                        """
                        {"status": {"conditions": [{"type": "Ready", "status": "%s", "reason": "%s", "message": "%s"}]}}\
                        """.formatted(status, reason, message))
                .mustSucceed();
    }

    /** The Secret of the pool, with an annotation that says of which Certificate it is. */
    private void secret(String certificate, String... data) {
        var keys = new StringBuilder();
        for (int i = 0; i < data.length; i += 2) {
            keys.append("  ")
                    .append(data[i])
                    .append(": ")
                    .append(Base64.getEncoder().encodeToString(data[i + 1].getBytes(StandardCharsets.UTF_8)))
                    .append('\n');
        }
        CLUSTER.kubectlWith("""
            apiVersion: v1
            kind: Secret
            metadata: {name: shared-tls, annotations: {cert-manager.io/certificate-name: "%s"}}
            data:
            %s
            """.formatted(certificate, keys), "apply", "-n", namespace, "-f", "-")
                .mustSucceed();
    }
}
