package dev.kvcachepool.commandline.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.commandline.certificate.Issued;
import dev.kvcachepool.commandline.secret.WatchedFile.Look;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What files of TLS may say. */
class TlsTest {
    private static final Issued AUTHORITY = TlsFolder.AUTHORITY;

    private final Instant now = Instant.now();

    @TempDir
    Path folder;

    private static Issued issued(Issued authority) {
        var now = Instant.now();
        return authority.issue(List.of("*." + TlsFolder.DOMAIN), now, now.plus(Duration.ofDays(1)));
    }

    private static Stream<Arguments> wrong() {
        var now = Instant.now();
        var other = Issued.authority("other", InstantSource.system());
        var old = AUTHORITY.issue(List.of("old"), now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1)));
        var early = AUTHORITY.issue(List.of("early"), now.plus(Duration.ofDays(1)), now.plus(Duration.ofDays(2)));
        var key = issued(AUTHORITY).keyPem();
        return Stream.of(
                Arguments.of("tls.crt", "", "--tls-certificate.*has 0 certificates in PEM"),
                Arguments.of("tls.crt", key, "--tls-certificate.*has 0 certificates in PEM"),
                Arguments.of("tls.crt", old.certificatePem(), "--tls-certificate.*has expired, on 20"),
                Arguments.of("tls.crt", early.certificatePem(), "--tls-certificate.*is not valid before 20"),
                Arguments.of("tls.crt", issued(other).certificatePem(), "--tls-key.*is not the key of the certificate"),
                Arguments.of("tls.key", key, "--tls-key.*is not the key of the certificate in '.*tls.crt'"),
                Arguments.of("tls.key", "", "--tls-key.*has no key in PEM; allowed is PKCS#8"),
                Arguments.of(
                        "tls.key",
                        key.replace("PRIVATE KEY", "RSA PRIVATE KEY"),
                        "--tls-key.*has a key of the form RSA PRIVATE KEY; allowed is PKCS#8.*openssl pkcs8"),
                Arguments.of("tls.key", key.replaceAll("\n...", "\nAAA"), "--tls-key.*"),
                Arguments.of("ca.crt", "nothing", "--tls-ca.*has 0 certificates in PEM"),
                Arguments.of("ca.crt", "\u00ff", "--tls-ca.*has 0 certificates in PEM"),
                Arguments.of(
                        "ca.crt", other.certificatePem(), "--tls-certificate.*is not one that '.*ca.crt' vouches for"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aWrongFileIsNamedWithoutWhatItSays(String name, String content, String message) {
        // Given
        var files = TlsFolder.of(folder, AUTHORITY, "*." + TlsFolder.DOMAIN);
        var held = files.tls();
        files.write(name, content);

        // When
        var look = held.files().look();

        // Then it says so at a start, and one that holds right ones goes on
        assertThat(look).isEqualTo(Look.REFUSED);
        assertThat(held.files().problem()).matches("(?s).*" + message + ".*");
        assertThat(held.notAfter()).isAfter(now);
        assertThatThrownBy(files::tls)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(?s)Invalid value for option '" + message + ".*")
                .message()
                .satisfies(said -> assertThat(content.length() > 60 && said.contains(content.substring(30, 60)))
                        .isFalse());
    }

    @Test
    void anotherCertificateHoldsOnceAllFilesBelongTogether() {
        // Given
        var files = TlsFolder.of(folder, AUTHORITY, "*." + TlsFolder.DOMAIN);
        var tls = files.tls();
        var until = now.plus(Duration.ofDays(9));
        var next = AUTHORITY.issue(List.of("*." + TlsFolder.DOMAIN), now, until);

        // When only the certificate is there
        files.write("tls.crt", next.certificatePem());
        // Then
        assertThat(tls.files().look()).isEqualTo(Look.REFUSED);
        assertThat(tls.files().look()).isEqualTo(Look.SAME);

        // When its key is there too
        files.write("tls.key", next.keyPem());
        // Then
        assertThat(tls.files().look()).isEqualTo(Look.APPLIED);
        assertThat(tls.notAfter().getEpochSecond()).isEqualTo(until.getEpochSecond());
        assertThat(tls.files().problem()).isEmpty();
    }

    @Test
    void aNodesCertificateMustHaveItsName() {
        // Given
        var files = TlsFolder.of(folder, AUTHORITY, "engine." + TlsFolder.DOMAIN);

        // When, then
        assertThatThrownBy(() -> new Tls(
                        folder.resolve("tls.crt"),
                        folder.resolve("tls.key"),
                        folder.resolve("ca.crt"),
                        new NodeNames(TlsFolder.DOMAIN),
                        "p-0",
                        false))
                .hasMessageContaining(
                        "has none of the DNS names p-0." + TlsFolder.DOMAIN + " or *." + TlsFolder.DOMAIN);
        assertThat(files.tls().toString()).doesNotContain("PRIVATE");
    }

    @Test
    void namesAreComparedAsText() {
        var names = new NodeNames("Nodes.Pool");
        assertThat(names.allow(Set.of("*.nodes.pool"), "a.b.c")).isTrue();
        assertThat(names.allow(Set.of("a.b.c.nodes.pool"), "A.b.c")).isTrue();
        assertThat(names.allow(Set.of("b.nodes.pool", "nodes.pool", "a.nodes.pool.evil", "*.pool"), "a"))
                .isFalse();
    }
}
