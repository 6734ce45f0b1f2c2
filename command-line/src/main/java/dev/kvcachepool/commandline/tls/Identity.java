package dev.kvcachepool.commandline.tls;

import dev.kvcachepool.commandline.secret.WatchedFile.Source;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * What a program shows of itself and whom it believes, at one time: checked, immutable. Sessions are resumed within it only,
 * so that whoever was believed under other files is asked anew.
 *
 * @param keys the certificate that is shown, and its key
 * @param names DNS names of the certificate that is shown, in lower case
 * @param notBefore from when on that certificate holds
 * @param notAfter when it expires
 */
record Identity(
        SSLContext context, X509ExtendedKeyManager keys, Set<String> names, Instant notBefore, Instant notAfter) {
    /** What keeps a key in memory; no file has it. */
    private static final char[] NO_PASSWORD = {};

    private static final int SESSIONS = 4096;
    private static final int SESSION_SECONDS = 3600;
    private static final Map<String, String> SIGNATURES =
            Map.of("EC", "SHA256withECDSA", "RSA", "SHA256withRSA", "EdDSA", "EdDSA");

    /** The files that say it. */
    record Files(Source certificate, Source key, Source authorities) {
        List<Source> all() {
            return List.of(certificate, key, authorities);
        }
    }

    /** Reads the contents of {@link Files#all}. */
    static Identity of(Files files, List<byte[]> contents) {
        var chain = read(files.certificate(), contents.get(0), Pem::certificates);
        var key = read(files.key(), contents.get(1), Pem::key);
        var authorities = read(files.authorities(), contents.get(2), Pem::certificates);
        requireValid(files.certificate(), chain.getFirst());
        if (!belong(key, chain.getFirst().getPublicKey())) {
            throw files.key()
                    .wrong("is not the key of the certificate in '"
                            + files.certificate().path() + "'");
        }
        try {
            var trust = trust(authorities);
            requireBelieved(files, chain, trust);
            var keys = keys(chain, key);
            return new Identity(
                    context(keys, trust),
                    keys,
                    NodeNames.of(chain.getFirst()),
                    chain.getFirst().getNotBefore().toInstant(),
                    chain.getFirst().getNotAfter().toInstant());
        } catch (GeneralSecurityException | IOException e) {
            throw files.certificate().wrong("can't be used: " + e.getMessage());
        }
    }

    /** Reads a content. */
    private interface Reader<T> {
        T read(byte[] content);
    }

    private static <T> T read(Source file, byte[] content, Reader<T> reader) {
        try {
            return reader.read(content);
        } catch (IllegalArgumentException e) {
            throw file.wrong(String.valueOf(e.getMessage()));
        }
    }

    private static void requireValid(Source file, X509Certificate certificate) {
        try {
            certificate.checkValidity();
        } catch (CertificateExpiredException e) {
            throw file.wrong("has expired, on " + certificate.getNotAfter().toInstant());
        } catch (CertificateNotYetValidException e) {
            throw file.wrong("is not valid before " + certificate.getNotBefore().toInstant());
        }
    }

    private static boolean belong(PrivateKey key, PublicKey certified) {
        try {
            var algorithm = SIGNATURES.getOrDefault(key.getAlgorithm(), key.getAlgorithm());
            var signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            var signature = signer.sign();
            signer.initVerify(certified);
            return signer.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Programs of a pool show each other their certificates: whose own authorities do not vouch for its own is alone. */
    private static void requireBelieved(Files files, List<X509Certificate> chain, X509TrustManager trust) {
        var shown = chain.toArray(X509Certificate[]::new);
        try {
            trust.checkServerTrusted(shown, "UNKNOWN");
            trust.checkClientTrusted(shown, "UNKNOWN");
        } catch (CertificateException e) {
            throw files.certificate()
                    .wrong("is not one that '" + files.authorities().path()
                            + "' vouches for, to servers and to clients: " + e.getMessage());
        }
    }

    /** Who believes those that authorities vouch for. */
    static X509TrustManager trust(List<X509Certificate> authorities) throws GeneralSecurityException, IOException {
        var store = emptyStore();
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    private static X509ExtendedKeyManager keys(List<X509Certificate> chain, PrivateKey key)
            throws GeneralSecurityException, IOException {
        var store = emptyStore();
        store.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        var factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, NO_PASSWORD);
        return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
    }

    private static SSLContext context(X509ExtendedKeyManager keys, X509TrustManager trust)
            throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(new X509ExtendedKeyManager[] {keys}, new X509TrustManager[] {trust}, null);
        for (var sessions : List.of(context.getServerSessionContext(), context.getClientSessionContext())) {
            sessions.setSessionCacheSize(SESSIONS);
            sessions.setSessionTimeout(SESSION_SECONDS);
        }
        return context;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
