package dev.kvcachepool.commandline.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

class IssuedTest {
    private static final Instant NOW = Instant.parse("2026-11-29T10:00:00Z");

    @Test
    void aCertificateVouchesForItselfAndItsKey() throws Exception {
        // When
        var made = Issued.selfSigned("picker", () -> NOW);

        // Then
        var certificate = made.certificate();
        certificate.verify(certificate.getPublicKey());
        certificate.checkValidity(Date.from(NOW));
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=picker");
        assertThat(certificate.getSubjectAlternativeNames()).containsExactly(List.of(2, "picker"));
        assertThat(signs(made)).isTrue();
    }

    @Test
    void oneThatVouchesForItselfMayHaveSeveralNamesAndAddresses() throws Exception {
        // When
        var made = Issued.selfSigned(List.of("webhook.a.svc", "10.0.255.7"), NOW, NOW.plusSeconds(60));

        // Then
        assertThat(made.certificate().getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(List.of(2, "webhook.a.svc"), List.of(7, "10.0.255.7"));
        assertThat(made.certificate().getNotAfter()).isEqualTo(Date.from(NOW.plusSeconds(60)));
        assertThat(made.certificatePem()).startsWith("-----BEGIN CERTIFICATE-----\n");
        assertThat(signs(made)).isTrue();
    }

    @Test
    void anAuthorityVouchesForHosts() throws Exception {
        // Given
        var authority = Issued.authority("authority", () -> NOW);

        // When
        var made = authority.issue(List.of("a.pool", "*.pool"), NOW, NOW.plus(Duration.ofDays(2)));

        // Then
        var certificate = made.certificate();
        certificate.verify(authority.certificate().getPublicKey());
        certificate.checkValidity(Date.from(NOW.plus(Duration.ofDays(1))));
        assertThat(certificate.getIssuerX500Principal())
                .isEqualTo(authority.certificate().getSubjectX500Principal());
        assertThat(certificate.getSubjectAlternativeNames())
                .containsExactly(List.of(2, "a.pool"), List.of(2, "*.pool"));
        assertThat(authority.certificate().getBasicConstraints()).isNotNegative();
        assertThat(signs(made)).isTrue();
    }

    private static boolean signs(Issued made) throws Exception {
        var signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(made.key());
        signer.update((byte) 7);
        var signed = signer.sign();
        signer.initVerify(made.certificate());
        signer.update((byte) 7);
        return signer.verify(signed);
    }
}
