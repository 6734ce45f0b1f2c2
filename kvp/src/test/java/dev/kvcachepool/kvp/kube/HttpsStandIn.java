package dev.kvcachepool.kvp.kube;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.kvcachepool.commandline.certificate.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManagerFactory;

/** An API server of HTTPS that answers everybody whom it knows with who they are. */
final class HttpsStandIn implements AutoCloseable {
    private final HttpsServer server;
    private final List<String> seen = new CopyOnWriteArrayList<>();

    /**
     * Serves at once.
     *
     * @param identity what it shows
     * @param user whose certificate it believes
     * @param known tells by the Authorization header, which is empty for none
     * @param groups of key exchange that it knows
     */
    HttpsStandIn(Issued identity, X509Certificate user, Predicate<String> known, String... groups)
            throws IOException, GeneralSecurityException {
        var store = store();
        store.setKeyEntry("s", identity.key(), new char[0], new X509Certificate[] {identity.certificate()});
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        var users = store();
        users.setCertificateEntry("u", user);
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(users);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                var wanted = getSSLContext().getDefaultSSLParameters();
                wanted.setWantClientAuth(true);
                if (groups.length > 0) {
                    wanted.setNamedGroups(groups);
                }
                parameters.setSSLParameters(wanted);
            }
        });
        server.createContext("/", exchange -> {
            try (exchange) {
                var authorization = exchange.getRequestHeaders().getFirst("Authorization");
                var shown = authorization == null ? "" : authorization;
                var headers = exchange.getRequestHeaders();
                seen.add(certificate((HttpsExchange) exchange) + "|" + shown + "|"
                        + headers.getOrDefault("Impersonate-User", List.of())
                        + headers.getOrDefault("Impersonate-Group", List.of()));
                boolean isKnown = known.test(shown);
                var answer = isKnown
                        ? "{\"items\": [1, 2.5, \"x\", true, null, 9007199254740993]}"
                        : "{\"message\": \"Unauthorized\"}";
                var bytes = answer.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(isKnown ? 200 : 401, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
    }

    private static KeyStore store() throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static String certificate(HttpsExchange exchange) {
        try {
            return exchange.getSSLSession().getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException e) {
            return "";
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Of each request the certificate's name, its Authorization, and whose rights it took. */
    List<String> seen() {
        return seen;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
