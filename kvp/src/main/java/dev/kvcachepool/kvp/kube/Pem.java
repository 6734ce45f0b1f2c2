package dev.kvcachepool.kvp.kube;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
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
import org.jspecify.annotations.Nullable;

/** Certificates and keys in PEM (RFC 7468), keys in each of the forms that kubeconfigs have. Errors show no content. */
final class Pem {
    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";
    /** rsaEncryption (1.2.840.113549.1.1.1) without parameters, id-ecPublicKey (1.2.840.10045.2.1). */
    private static final byte[] RSA = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };

    private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private Pem() {}

    /** All of them, in their order, at least one. */
    static List<X509Certificate> certificates(byte[] pem) {
        try {
            var factory = CertificateFactory.getInstance("X.509");
            var found = new ArrayList<X509Certificate>();
            for (var block : blocks(pem)) {
                if (block.name.equals("CERTIFICATE")) {
                    found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.content)));
                }
            }
            if (found.isEmpty()) {
                throw new IllegalArgumentException("has no certificate in PEM");
            }
            return found;
        } catch (CertificateException e) {
            throw new IllegalArgumentException("has a certificate that is not understood", e);
        }
    }

    /** The first one: of PKCS#8, of PKCS#1 or of SEC 1, without a passphrase. */
    static PrivateKey key(byte[] pem) {
        for (var block : blocks(pem)) {
            switch (block.name) {
                case "PRIVATE KEY" -> {
                    return key(block.content, ALGORITHMS);
                }
                case "RSA PRIVATE KEY" -> {
                    return key(Der.keyOf(RSA, block.content), List.of("RSA"));
                }
                case "EC PRIVATE KEY" -> {
                    var algorithm = Der.sequence(EC, Der.curveOf(block.content));
                    return key(Der.keyOf(algorithm, block.content), List.of("EC"));
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new IllegalArgumentException("has a key with a passphrase, which nobody could be asked for");
                default -> {
                    // Such as EC PARAMETERS, which openssl writes before a key that has them, too.
                }
            }
        }
        throw new IllegalArgumentException("has no key in PEM");
    }

    private static PrivateKey key(byte[] pkcs8, List<String> algorithms) {
        var encoded = new PKCS8EncodedKeySpec(pkcs8);
        for (var algorithm : algorithms) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (GeneralSecurityException e) {
                // Of another kind.
            }
        }
        throw new IllegalArgumentException("has a key that is not understood; allowed are " + ALGORITHMS);
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Block(String name, byte[] content) {}

    private static List<Block> blocks(byte[] pem) {
        var text = new String(pem, StandardCharsets.ISO_8859_1);
        var blocks = new ArrayList<Block>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            var block = block(text, at);
            if (block == null) {
                throw new IllegalArgumentException("has PEM that ends amid a block");
            }
            blocks.add(block);
            at = text.indexOf(BEGIN, at + BEGIN.length());
        }
        return blocks;
    }

    private static @Nullable Block block(String text, int begin) {
        int name = begin + BEGIN.length();
        int body = text.indexOf(DASHES, name);
        int end = body < 0 ? -1 : text.indexOf("-----END ", body + DASHES.length());
        if (end < 0) {
            return null;
        }
        try {
            return new Block(
                    text.substring(name, body),
                    Base64.getMimeDecoder().decode(text.substring(body + DASHES.length(), end)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("has a block that is not Base64", e);
        }
    }
}
