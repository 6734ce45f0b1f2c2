package dev.kvcachepool.kvp.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys made by openssl, each with what it was made as; nothing was ever locked with them. */
class PemTest {
    @ParameterizedTest
    @ValueSource(strings = {"ec-sec1.pem", "ec-sec1-with-parameters.pem", "ec-pkcs8.pem"})
    void oneKeyInEachFormIsTheSame(String file) throws Exception {
        // When
        var key = (ECPrivateKey) Pem.key(resource(file));

        // Then
        var expected = (ECPrivateKey) Pem.key(resource("ec-pkcs8.pem"));
        assertThat(key.getS()).isEqualTo(expected.getS());
        assertThat(key.getParams().getCurve()).isEqualTo(expected.getParams().getCurve());
    }

    @Test
    void pkcs1IsReadLikePkcs8() throws Exception {
        assertThat(Pem.key(resource("rsa-pkcs1.pem"))).isEqualTo(Pem.key(resource("rsa-pkcs8.pem")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nMA==\n-----END EC PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nMHcC",
                "-----BEGIN PRIVATE KEY-----\nMHcC\n-----END PRIVATE KEY-----",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMHcC\n-----END ENCRYPTED PRIVATE KEY-----"
            })
    void whatIsNoKeyIsSaidToBeNone(String text) {
        assertThatThrownBy(() -> Pem.key(text.getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has ");
    }

    private static byte[] resource(String name) throws Exception {
        try (var in = PemTest.class.getResourceAsStream(name)) {
            return in == null ? new byte[0] : in.readAllBytes();
        }
    }
}
