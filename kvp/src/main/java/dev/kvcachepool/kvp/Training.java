package dev.kvcachepool.kvp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.kvcachepool.commandline.certificate.Issued;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * What the ahead-of-time cache is made from: the commands that people call most, as each kind of user, against an API server of
 * this process's own. Nobody's cluster is asked.
 */
public final class Training {
    private static final String POOLS = "/apis/kvcachepool.dev/v1alpha1/namespaces/default/kvcachepools";
    private static final String POOL = """
            {"metadata": {"name": "p", "namespace": "default", "creationTimestamp": "2026-01-01T00:00:00Z"},
             "spec": {"placement": "Pooled"},
             "status": {"replicas": 1, "readyReplicas": 1, "hitRatio": 50, "endpoints": {"resp": "p:6379"},
               "nodes": [{"name": "p-0", "phase": "Serving",
                          "tiers": [{"name": "host", "capacity": "4Gi", "used": "3Gi"}]}],
               "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}
            """;
    private static final Map<String, String> ANSWERS = Map.of(
            POOLS,
            "{\"items\": [" + POOL + "]}",
            POOLS + "/p",
            POOL,
            "/api/v1/namespaces/default/pods",
            """
            {"items": [{"metadata": {"name": "p-0", "uid": "u", "creationTimestamp": "2026-01-01T00:00:00Z"},
              "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}]}
            """,
            "/api/v1/namespaces/default/events",
            "{\"items\": []}",
            "/apis/kvcachepool.dev/v1alpha1/namespaces/default/prefixpins",
            "{\"items\": []}",
            "/api/v1/namespaces/default/services/p-router:http/proxy/v1/index",
            "{\"ready\": true, \"nodes\": []}");

    private Training() {}

    /**
     * Calls the commands.
     *
     * @param arguments a folder that is there, for a kubeconfig
     */
    public static void main(String... arguments) throws IOException, GeneralSecurityException {
        useRsa();
        var folder = Path.of(arguments[0]);
        var issued = Issued.selfSigned("127.0.0.1", InstantSource.system());
        var server = serve(issued);
        try {
            var config =
                    kubeconfig(folder, issued, server.getAddress().getPort()).toString();
            call("status", "--kubeconfig", config, "--context", "by-certificate");
            call("status", "p", "--kubeconfig", config, "--context", "by-token");
            call("nodes", "p", "--kubeconfig", config, "--context", "by-program");
            call("events", "p", "--kubeconfig", config, "--context", "by-token");
            call("prefixes", "p", "--kubeconfig", config, "--context", "by-token");
            call("__complete", "--", "nodes", "--kubeconfig", config, "");
            call("--help");
        } finally {
            server.stop(0);
        }
    }

    private static void call(String... words) {
        var nowhere = new PrintWriter(Writer.nullWriter());
        var errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        if (Kvp.run(System.getenv(), nowhere, errors, words) != 0) {
            throw new IllegalStateException("not answered: " + String.join(" ", words));
        }
    }

    /** What most clusters have for keys, while the ones that are made here are of elliptic curves. */
    private static void useRsa() throws GeneralSecurityException {
        var keys = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        var signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(keys.getPrivate());
        var signed = signature.sign();
        signature.initVerify(keys.getPublic());
        if (!signature.verify(signed)) {
            throw new IllegalStateException("RSA does not know its own signature");
        }
    }

    private static HttpsServer serve(Issued issued) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("s", issued.key(), new char[0], new X509Certificate[] {issued.certificate()});
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        var users = KeyStore.getInstance("PKCS12");
        users.load(null, null);
        users.setCertificateEntry("u", issued.certificate());
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(users);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                var wanted = getSSLContext().getDefaultSSLParameters();
                wanted.setWantClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        server.createContext("/", Training::answer);
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var bytes = ANSWERS.getOrDefault(exchange.getRequestURI().getPath(), "{}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static Path kubeconfig(Path folder, Issued issued, int port) throws IOException {
        var login = Files.writeString(folder.resolve("login.json"), """
                {"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": {"token": "t"}}
                """);
        return Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: by-token
                clusters:
                - name: c
                  cluster:
                    server: https://127.0.0.1:%d
                    certificate-authority-data: %s
                users:
                - name: by-certificate
                  user:
                    client-certificate-data: %s
                    client-key-data: %s
                - name: by-token
                  user:
                    token: t
                - name: by-program
                  user:
                    exec:
                      apiVersion: client.authentication.k8s.io/v1
                      command: cat
                      args: ["%s"]
                      interactiveMode: Never
                contexts:
                - {name: by-certificate, context: {cluster: c, user: by-certificate}}
                - {name: by-token, context: {cluster: c, user: by-token}}
                - {name: by-program, context: {cluster: c, user: by-program}}
                """.formatted(
                        port,
                        base64(issued.certificatePem()),
                        base64(issued.certificatePem()),
                        base64(issued.keyPem()),
                        login));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
