package dev.kvcachepool.commandline.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Believes a server that shows a certificate with one DNS name, for which given authorities vouch, at whatever address it is
 * reached. Immutable.
 */
public final class NamedServer extends X509ExtendedTrustManager {
    private final X509TrustManager authorities;
    private final String name;

    private NamedServer(X509TrustManager authorities, String name) {
        this.authorities = authorities;
        this.name = name.toLowerCase(Locale.ROOT);
    }

    /**
     * For clients of that server.
     *
     * @param authorities PEM: who must vouch for it
     * @throws IllegalArgumentException saying what is wrong with the authorities
     */
    public static SSLContext context(byte[] authorities, String name) {
        try {
            var trust = new NamedServer(Identity.trust(Pem.certificates(authorities)), name);
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("can't be used: " + e.getMessage(), e);
        }
    }

    /** Whether a certificate with these DNS names, in lower case, is one of {@code name}: of it, or of all names beside it. */
    public static boolean allow(Set<String> names, String name) {
        return names.contains(name) || names.contains("*" + name.substring(Math.max(0, name.indexOf('.'))));
    }

    private void check(X509Certificate[] chain, String type) throws CertificateException {
        authorities.checkServerTrusted(chain, type);
        if (!allow(NodeNames.of(chain[0]), name)) {
            throw new CertificateException("its certificate has not the name " + name);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw noClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw noClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw noClients();
    }

    private static CertificateException noClients() {
        return new CertificateException("no client is believed");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
