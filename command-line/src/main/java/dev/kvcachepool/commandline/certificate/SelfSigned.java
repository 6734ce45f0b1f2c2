package dev.kvcachepool.commandline.certificate;

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
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A certificate that vouches for itself (RFC 5280): whoever trusts it knows its holder by it, for others it only hides what is
 * said.
 *
 * @param key of P-256
 */
public record SelfSigned(X509Certificate certificate, PrivateKey key) {
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
    private static final int ADDRESS_TAG = 0x87;
    private static final int LONGEST_COMMON_NAME = 64;
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3}\\.){3}\\d{1,3}");

    /**
     * A certificate with a key of its own.
     *
     * @param names DNS names or IPv4 addresses, the first of them the subject, too
     * @param from the first moment of its validity, in whole seconds
     * @param until the last
     */
    public static SelfSigned of(List<String> names, Instant from, Instant until) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var keys = generator.generateKeyPair();
            var body = body(names, from, until, keys.getPublic().getEncoded());
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

    private static byte[] body(List<String> names, Instant from, Instant until, byte[] publicKey) {
        var subject = Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.text(commonName(names.getFirst())))));
        var altNames = Der.sequence(names.stream().map(SelfSigned::altName).toArray(byte[][]::new));
        return Der.sequence(
                Der.tagged(VERSION_TAG, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE)),
                ALGORITHM,
                subject,
                Der.sequence(Der.time(from.atZone(ZoneOffset.UTC)), Der.time(until.atZone(ZoneOffset.UTC))),
                subject,
                publicKey,
                Der.tagged(EXTENSIONS_TAG, Der.sequence(Der.sequence(ALT_NAME, Der.octets(altNames)))));
    }

    /** The form allows 64 characters; whoever compares names looks at the others. */
    private static String commonName(String name) {
        return name.length() <= LONGEST_COMMON_NAME ? name : name.substring(0, LONGEST_COMMON_NAME);
    }

    private static byte[] altName(String name) {
        if (!IPV4.matcher(name).matches()) {
            return Der.tagged(DNS_NAME_TAG, name.getBytes(StandardCharsets.US_ASCII));
        }
        var parts = name.split("\\.", -1);
        var address = new byte[parts.length];
        for (int i = 0; i < parts.length; i++) {
            address[i] = (byte) Integer.parseInt(parts[i]);
        }
        return Der.tagged(ADDRESS_TAG, address);
    }
}
