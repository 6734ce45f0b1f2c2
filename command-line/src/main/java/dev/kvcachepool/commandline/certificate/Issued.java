package dev.kvcachepool.commandline.certificate;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A certificate (RFC 5280) made here, with its key: one that vouches for itself, an authority's, or one that an authority
 * vouches for. Never shows its key but by {@link #keyPem}.
 *
 * @param key of P-256
 */
public record Issued(X509Certificate certificate, PrivateKey key) {
    private static final int YEARS = 10;
    private static final int SERIAL_BITS = 127;
    private static final int LONGEST_COMMON_NAME = 64;
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3}\\.){3}\\d{1,3}");
    /** ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
    private static final byte[] ALGORITHM =
            Der.sequence(new byte[] {0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02});
    /** commonName, 2.5.4.3. */
    private static final byte[] COMMON_NAME = {0x06, 0x03, 0x55, 0x04, 0x03};

    private static final byte SUBJECT_KEY = 14;
    private static final byte KEY_USAGE = 15;
    private static final byte ALT_NAME = 17;
    private static final byte BASIC_CONSTRAINTS = 19;
    private static final byte AUTHORITY_KEY = 35;
    private static final int VERSION_TAG = 0xa0;
    private static final int EXTENSIONS_TAG = 0xa3;
    private static final int DNS_NAME_TAG = 0x82;
    private static final int ADDRESS_TAG = 0x87;
    private static final int KEY_IDENTIFIER_TAG = 0x80;
    /** keyCertSign and cRLSign; digitalSignature: a bit string with the unused bits in front. */
    private static final byte[] SIGNS_CERTIFICATES = {0x03, 0x02, 0x01, 0x06};

    private static final byte[] SIGNS = {0x03, 0x02, 0x07, (byte) 0x80};

    /** Of {@code name}, vouching for itself from an hour ago on for ten years: it hides what is said, and proves nobody's name. */
    public static Issued selfSigned(String name, InstantSource clock) {
        return selfSigned(List.of(name), clock.instant(), lastFor(clock));
    }

    /**
     * One that vouches for itself: whoever is told to trust it knows its holder by it.
     *
     * @param names DNS names or IPv4 addresses, the first of them the subject's too
     * @param until when it expires; it holds from an hour before {@code from}, for clocks that are behind
     */
    public static Issued selfSigned(List<String> names, Instant from, Instant until) {
        return signed(newKeys(), names.getFirst(), null, from, until, altNames(names));
    }

    /** An authority from an hour ago on, for ten years. */
    public static Issued authority(String name, InstantSource clock) {
        var keys = newKeys();
        return signed(
                keys,
                name,
                null,
                clock.instant(),
                lastFor(clock),
                extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.yes())),
                extension(KEY_USAGE, true, SIGNS_CERTIFICATES),
                extension(SUBJECT_KEY, false, Der.octets(identifier(keys.getPublic()))));
    }

    /**
     * A certificate for hosts that this one vouches for.
     *
     * @param names of hosts, or IPv4 addresses, the first of them the subject's too
     * @param until when it expires; it holds from an hour before {@code from}
     */
    public Issued issue(List<String> names, Instant from, Instant until) {
        var authority = certificate.getPublicKey();
        return signed(
                newKeys(),
                names.getFirst(),
                this,
                from,
                until,
                altNames(names),
                extension(KEY_USAGE, true, SIGNS),
                extension(AUTHORITY_KEY, false, Der.sequence(Der.tagged(KEY_IDENTIFIER_TAG, identifier(authority)))));
    }

    /** The certificate as PEM. */
    public String certificatePem() {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw impossible(e);
        }
    }

    /** The key as PEM, in PKCS#8. */
    public String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + what
                + "-----\n";
    }

    private static Instant lastFor(InstantSource clock) {
        return clock.instant().atZone(ZoneOffset.UTC).plusYears(YEARS).toInstant();
    }

    private static KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw impossible(e);
        }
    }

    /** By {@code issuer}, or by itself where there is none. */
    private static Issued signed(
            KeyPair keys, String name, @Nullable Issued issuer, Instant from, Instant until, byte[]... extensions) {
        try {
            var subject = Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.text(commonName(name)))));
            var body = Der.sequence(
                    Der.tagged(VERSION_TAG, Der.integer(BigInteger.TWO)),
                    Der.integer(new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE)),
                    ALGORITHM,
                    issuer == null
                            ? subject
                            : issuer.certificate.getSubjectX500Principal().getEncoded(),
                    Der.sequence(
                            Der.time(from.atZone(ZoneOffset.UTC).minusHours(1)),
                            Der.time(until.atZone(ZoneOffset.UTC))),
                    subject,
                    keys.getPublic().getEncoded(),
                    Der.tagged(EXTENSIONS_TAG, Der.sequence(extensions)));
            var signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(issuer == null ? keys.getPrivate() : issuer.key);
            signature.update(body);
            var encoded = Der.sequence(body, ALGORITHM, Der.bits(signature.sign()));
            var certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
            return new Issued(certificate, keys.getPrivate());
        } catch (GeneralSecurityException e) {
            throw impossible(e);
        }
    }

    private static byte[] altNames(List<String> names) {
        var encoded = names.stream().map(Issued::altName).toArray(byte[][]::new);
        return extension(ALT_NAME, false, Der.sequence(encoded));
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

    /** The form allows 64 characters; whoever compares names looks at the others. */
    private static String commonName(String name) {
        return name.length() <= LONGEST_COMMON_NAME ? name : name.substring(0, LONGEST_COMMON_NAME);
    }

    /** One of 2.5.29. */
    private static byte[] extension(byte number, boolean critical, byte[] content) {
        byte[] kind = {0x06, 0x03, 0x55, 0x1d, number};
        return critical ? Der.sequence(kind, Der.yes(), Der.octets(content)) : Der.sequence(kind, Der.octets(content));
    }

    private static byte[] identifier(PublicKey key) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(key.getEncoded());
        } catch (GeneralSecurityException e) {
            throw impossible(e);
        }
    }

    private static IllegalStateException impossible(GeneralSecurityException e) {
        return new IllegalStateException("every JDK has P-256, X.509 and SHA-1", e);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Issued[" + certificate.getSubjectX500Principal() + "]";
    }
}
