package dev.kvcachepool.commandline.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Signature;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelfSignedTest {
    private static final Instant NOW = Instant.parse("2026-11-29T10:00:00Z");

    @Test
    void theCertificateVouchesForItselfAndItsKey() throws Exception {
        // When
        var made = SelfSigned.of(List.of("picker", "10.0.255.7"), NOW, NOW.plusSeconds(60));

        // Then
        var certificate = made.certificate();
        certificate.verify(certificate.getPublicKey());
        certificate.checkValidity(Date.from(NOW));
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=picker");
        assertThat(certificate.getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(List.of(2, "picker"), List.of(7, "10.0.255.7"));
        assertThat(certificate.getNotAfter()).isEqualTo(Date.from(NOW.plusSeconds(60)));
        assertThat(signs(made)).isTrue();
    }

    private static boolean signs(SelfSigned made) throws Exception {
        var signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(made.key());
        signer.update((byte) 7);
        var signed = signer.sign();
        signer.initVerify(made.certificate());
        signer.update((byte) 7);
        return signer.verify(signed);
    }
}
