package dev.kvcachepool.kvp.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.kvp.kube.Login.Proof;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks an API server for JSON, one request at a time: for programs that ask once and end. By the JDK's HttpURLConnection, which
 * starts sooner than any other client, and has no PATCH. Whoever is refused as nobody known is asked to log in once more, as
 * tokens end while a command waits. Not thread-safe.
 */
public final class KubeClient {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 30_000;

    private final Access access;
    private @Nullable Proof proof;
    private @Nullable Sockets sockets;
    private boolean quick = true;
    private boolean answered;

    /** Nothing is asked, and nobody logs in, before the first request. */
    public KubeClient(Access access) {
        this.access = access;
    }

    /** As {@link #ask}. */
    public JsonNode get(String path) {
        return ask("GET", path, null);
    }

    /**
     * One request, with an answer of HTTP's 2xx.
     *
     * @param path absolute, encoded, with its query
     * @param body null for none
     * @return a missing node for an empty answer
     * @throws KubeException for anything else
     */
    public JsonNode ask(String method, String path, @Nullable JsonNode body) {
        try {
            return askOnce(method, path, body);
        } catch (KubeException e) {
            if (e.code() != HttpURLConnection.HTTP_UNAUTHORIZED) {
                throw e;
            }
            proof = null;
            sockets = null;
            return askOnce(method, path, body);
        }
    }

    private JsonNode askOnce(String method, String path, @Nullable JsonNode body) {
        try {
            var connection = open(URI.create(access.server() + path));
            connection.setRequestMethod(method);
            if (body != null) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                try (var out = connection.getOutputStream()) {
                    out.write(body.toString().getBytes(StandardCharsets.UTF_8));
                }
            }
            int code = connection.getResponseCode();
            answered = true;
            if (code >= HttpURLConnection.HTTP_OK && code < HttpURLConnection.HTTP_MULT_CHOICE) {
                return tree(connection.getInputStream());
            }
            throw refused(code, connection.getErrorStream());
        } catch (SSLException e) {
            // By other groups nobody's certificate is better, and a connection that has stood once was not refused for
            // them.
            if (!quick || answered || e.getCause() instanceof CertificateException) {
                throw unanswered(e);
            }
            quick = false;
            sockets = null;
            return askOnce(method, path, body);
        } catch (IOException e) {
            throw unanswered(e);
        }
    }

    private KubeException unanswered(IOException e) {
        return new KubeException("the API server at " + access.server() + " does not answer: "
                + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    }

    private HttpURLConnection open(URI uri) throws IOException {
        var shown = proof == null ? access.login().prove() : proof;
        proof = shown;
        if (sockets == null && uri.getScheme().equals("https")) {
            sockets = Sockets.of(access.trust(), shown, quick);
            // Each connection makes the default one before it is given its own, and with that reads all that Java
            // trusts.
            HttpsURLConnection.setDefaultSSLSocketFactory(sockets);
        }
        var connection = (HttpURLConnection) uri.toURL().openConnection(access.proxy());
        if (connection instanceof HttpsURLConnection secure && sockets != null) {
            secure.setSSLSocketFactory(sockets);
        }
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        // Another place would be told who the user is.
        connection.setInstanceFollowRedirects(false);
        connection.setRequestProperty("Accept", "application/json");
        connection.setRequestProperty("User-Agent", "kubectl-kvp");
        shown.headers().forEach((name, values) -> values.forEach(value -> connection.addRequestProperty(name, value)));
        return connection;
    }

    private static JsonNode tree(InputStream answer) throws IOException {
        try (answer) {
            return Trees.json(answer);
        } catch (JsonProcessingException e) {
            throw new KubeException("what was asked answered something that is no JSON");
        }
    }

    private static KubeException refused(int code, @Nullable InputStream answer) throws IOException {
        if (answer == null) {
            return KubeException.answered(code, "the API server answered " + code, false);
        }
        var bytes = answer.readAllBytes();
        JsonNode status;
        try {
            status = Trees.json(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            var text = new String(bytes, StandardCharsets.UTF_8).strip();
            return KubeException.answered(
                    code, "the API server answered " + code + (text.isEmpty() ? "" : ": " + text), false);
        }
        var message = Kubeconfig.text(status, "message");
        return KubeException.answered(
                code,
                message.isEmpty() ? "the API server answered " + code : message,
                status.path("details").has("name"));
    }
}
