package dev.kvcachepool.operator.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CredentialsTest {
    private static final Instant NOW = Instant.parse("2026-11-30T08:00:00Z");
    private static final List<String> NAMES = List.of("operator-webhook.system.svc");

    private static Credentials made() {
        return Credentials.make(NAMES, NOW, Optional.empty());
    }

    @Test
    void aSecretKeepsThem() {
        // Given
        var made = made();
        // When
        var secret = made.secret("system", "webhook", Map.of());
        // Then
        assertThat(secret.getType()).isEqualTo("kubernetes.io/tls");
        assertThat(Credentials.of(secret)).contains(made);
        assertThat(made.toString()).doesNotContain("KEY");
    }

    @Test
    void theyAreDueAMonthBeforeTheirEnd() {
        // Given
        var made = made();
        // Then
        assertThat(made.isDue(NAMES, NOW.plus(Credentials.LIFETIME).minus(Credentials.MARGIN)))
                .isFalse();
        assertThat(made.isDue(
                        NAMES,
                        NOW.plus(Credentials.LIFETIME).minus(Credentials.MARGIN).plusSeconds(1)))
                .isTrue();
        assertThat(made.isDue(List.of("other"), NOW)).isTrue();
    }

    @Test
    void theOnesBeforeAreTrustedWhileTheyAreValid() {
        // Given
        var before = made();
        // When
        var next = Credentials.make(NAMES, NOW.plusSeconds(1), Optional.of(before));
        var late = Credentials.make(NAMES, NOW.plus(Credentials.LIFETIME), Optional.of(before));
        // Then
        assertThat(next.trusted()).isEqualTo(next.certificate() + before.certificate());
        assertThat(late.trusted()).isEqualTo(late.certificate());
    }

    @Test
    void aSecretThatSomebodyBrokeIsNone() {
        // Given
        var secret = made().secret("system", "webhook", Map.of());
        // Then
        for (var key : List.of("tls.crt", "tls.key")) {
            assertThat(Credentials.of(
                            new SecretBuilder(secret).removeFromData(key).build()))
                    .isEmpty();
            assertThat(Credentials.of(
                            new SecretBuilder(secret).addToData(key, "!").build()))
                    .isEmpty();
            assertThat(Credentials.of(
                            new SecretBuilder(secret).addToData(key, "eA==").build()))
                    .isEmpty();
        }
        assertThat(Credentials.of(new SecretBuilder().build())).isEmpty();
    }
}
