package dev.kvcachepool.commandline.tls;

import dev.kvcachepool.commandline.secret.Utf8;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** What stands in files of PEM (RFC 7468). Errors say what is wrong, to be said after the file's name, and no content. */
final class Pem {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");
    private static final int MOST_CERTIFICATES = 64;

    private Pem() {}

    /** All certificates, in their order: at least one. */
    static List<X509Certificate> certificates(byte[] content) {
        var certificates = new ArrayList<X509Certificate>();
        var blocks = BLOCK.matcher(Utf8.text(content));
        while (blocks.find()) {
            if (blocks.group(1).equals(CERTIFICATE)) {
                certificates.add(certificate(bytes(blocks.group(2))));
            }
        }
        if (certificates.isEmpty() || certificates.size() > MOST_CERTIFICATES) {
            throw new IllegalArgumentException("has " + certificates.size() + " certificates in PEM; allowed are 1 to "
                    + MOST_CERTIFICATES + ", each from BEGIN CERTIFICATE to END CERTIFICATE");
        }
        return List.copyOf(certificates);
    }

    private static X509Certificate certificate(byte[] encoded) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        } catch (CertificateException e) {
            throw new IllegalArgumentException("has a certificate that is not understood", e);
        }
    }

    /** The one key, in PKCS#8 and without a passphrase. */
    static PrivateKey key(byte[] content) {
        var blocks = BLOCK.matcher(Utf8.text(content));
        var other = "";
        while (blocks.find()) {
            if (blocks.group(1).equals(KEY)) {
                return key(blocks.group(2));
            }
            other = blocks.group(1).endsWith(KEY) ? blocks.group(1) : other;
        }
        throw new IllegalArgumentException(
                (other.isEmpty() ? "has no key in PEM" : "has a key of the form " + other)
                        + "; allowed is PKCS#8 without a passphrase, BEGIN PRIVATE KEY: openssl pkcs8 -topk8 -nocrypt makes it of others");
    }

    private static PrivateKey key(String text) {
        var encoded = new PKCS8EncodedKeySpec(bytes(text));
        for (var algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (GeneralSecurityException e) {
                // Of another kind.
            }
        }
        throw new IllegalArgumentException("has a key that is not understood; allowed are " + ALGORITHMS);
    }

    private static byte[] bytes(String text) {
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("has a block that is not Base64", e);
        }
    }
}
