package dev.kvcachepool.kvp.kube;

import dev.kvcachepool.kvp.kube.Access.Trust;
import dev.kvcachepool.kvp.kube.Login.Proof;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Sockets that speak TLS with one API server, as one user; under the name that its certificate has to be for. Thread-safe. */
final class Sockets extends SSLSocketFactory {
    private final SSLSocketFactory factory;
    private final @Nullable String name;

    private final boolean quick;

    private Sockets(SSLSocketFactory factory, @Nullable String name, boolean quick) {
        this.factory = factory;
        this.name = name;
        this.quick = quick;
    }

    /**
     * Those that trust, and show, what is given.
     *
     * @param quick offers a key of X25519 only, instead of one of P-256 beside it, which takes a cold JVM a tenth of a second to
     *     make; a server that does not know the one ends the handshake
     * @throws KubeException when a certificate or key is not understood
     */
    static Sockets of(Trust trust, Proof proof, boolean quick) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(keys(proof), trust(trust), null);
            return new Sockets(context.getSocketFactory(), trust.name(), quick);
        } catch (GeneralSecurityException | IOException e) {
            throw new KubeException("no TLS with what the kubeconfig has: " + e.getMessage());
        }
    }

    private static TrustManager @Nullable [] trust(Trust trust) throws GeneralSecurityException, IOException {
        if (trust.anyone()) {
            return new TrustManager[] {new Anyone()};
        }
        if (trust.authorities() == null) {
            return null;
        }
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        List<X509Certificate> authorities;
        try {
            authorities = Pem.certificates(trust.authorities());
        } catch (IllegalArgumentException e) {
            throw new KubeException("the kubeconfig's certificate-authority " + e.getMessage());
        }
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry(Integer.toString(i), authorities.get(i));
        }
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager @Nullable [] keys(Proof proof) {
        if (proof.certificate() == null) {
            return null;
        }
        if (proof.key() == null) {
            throw new KubeException("the user has a client-certificate without a client-key");
        }
        try {
            return new KeyManager[] {
                new OneKey(
                        Pem.key(proof.key()),
                        Pem.certificates(proof.certificate()).toArray(X509Certificate[]::new))
            };
        } catch (IllegalArgumentException e) {
            throw new KubeException("the user's client-certificate or client-key " + e.getMessage());
        }
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean close) throws IOException {
        var socket = (SSLSocket) factory.createSocket(connected, name == null ? host : name, port, close);
        if (quick) {
            var parameters = socket.getSSLParameters();
            parameters.setNamedGroups(new String[] {"x25519"});
            socket.setSSLParameters(parameters);
        }
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return factory.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return factory.createSocket(host, port, local, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return factory.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return factory.createSocket(host, port, local, localPort);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return factory.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return factory.getSupportedCipherSuites();
    }

    /** The one key that there is: a key store would first encrypt it, which takes longer than the whole handshake. */
    private static final class OneKey extends X509ExtendedKeyManager {
        private static final String ALIAS = "user";
        private final PrivateKey key;
        private final X509Certificate[] chain;

        OneKey(PrivateKey key, X509Certificate[] chain) {
            this.key = key;
            this.chain = chain;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            for (var type : types) {
                if (type.equals(chain[0].getPublicKey().getAlgorithm())) {
                    return ALIAS;
                }
            }
            return null;
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.clone();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }

    /** What {@code insecure-skip-tls-verify} asks for. */
    private static final class Anyone extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
