package dev.kvcachepool.router.extproc;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.InstantSource;
import java.time.ZoneOffset;

/**
 * A certificate that vouches for itself (RFC 5280), made anew at each start: it hides what is said, and proves nobody's
 * name.
 *
 * @param key of P-256
 */
record SelfSigned(X509Certificate certificate, PrivateKey key) {
    private static final int YEARS = 10;
    private static final int SERIAL_BITS = 127;
    /** ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
    private static final byte[] ALGORITHM =
            Der.sequence(new byte[] {0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02});
    /** commonName, 2.5.4.3. */
    private static final byte[] COMMON_NAME = {0x06, 0x03, 0x55, 0x04, 0x03};
    /** subjectAltName, 2.5.29.17. */
    private static final byte[] ALT_NAME = {0x06, 0x03, 0x55, 0x1d, 0x11};

    private static final int VERSION_TAG = 0xa0;
    private static final int EXTENSIONS_TAG = 0xa3;
    private static final int DNS_NAME_TAG = 0x82;

    /** A certificate for {@code name}, valid from an hour ago. */
    static SelfSigned of(String name, InstantSource clock) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var keys = generator.generateKeyPair();
            var body = body(name, clock, keys.getPublic().getEncoded());
            var signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(body);
            var encoded = Der.sequence(body, ALGORITHM, Der.bits(signature.sign()));
            var certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
            return new SelfSigned(certificate, keys.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256 and X.509", e);
        }
    }

    private static byte[] body(String name, InstantSource clock, byte[] publicKey) {
        var from = clock.instant().atZone(ZoneOffset.UTC).minusHours(1);
        var subject = Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.text(name))));
        var altName = Der.sequence(Der.tagged(DNS_NAME_TAG, name.getBytes(StandardCharsets.US_ASCII)));
        return Der.sequence(
                Der.tagged(VERSION_TAG, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE)),
                ALGORITHM,
                subject,
                Der.sequence(Der.time(from), Der.time(from.plusYears(YEARS))),
                subject,
                publicKey,
                Der.tagged(EXTENSIONS_TAG, Der.sequence(Der.sequence(ALT_NAME, Der.octets(altName)))));
    }
}
