package dev.kvcachepool.kvp.kube;

import static dev.kvcachepool.kvp.kube.Kubeconfig.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.kvp.kube.Kubeconfig.Entry;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A user of a kubeconfig: a certificate, a token, a name with a password, or a program that knows one of them. Never shows any
 * of it.
 */
final class User implements Login {
    private static final String AUTHORIZATION = "Authorization";

    private final String name;
    private final JsonNode body;
    private final Entry entry;
    private final Entry cluster;
    private final Map<String, String> environment;

    User(String name, Entry entry, Entry cluster, Map<String, String> environment) {
        this.name = name;
        this.body = entry.body();
        this.entry = entry;
        this.cluster = cluster;
        this.environment = environment;
    }

    @Override
    public Proof prove() {
        var headers = new LinkedHashMap<String, List<String>>();
        impersonate(headers);
        var certificate = entry.bytes("client-certificate");
        var key = entry.bytes("client-key");
        var token = token();
        if (!token.isEmpty()) {
            headers.putAll(bearer(token));
        } else if (!text(body, "username").isEmpty()) {
            headers.put(
                    AUTHORIZATION, List.of("Basic " + base64(text(body, "username") + ":" + text(body, "password"))));
        } else if (body.path("exec").isObject()) {
            var status = new LoginProgram(name, body.path("exec"), entry.folder(), cluster, environment).run();
            if (!text(status, "token").isEmpty()) {
                headers.putAll(bearer(text(status, "token")));
            }
            if (!text(status, "clientCertificateData").isEmpty()) {
                certificate = text(status, "clientCertificateData").getBytes(StandardCharsets.US_ASCII);
                key = text(status, "clientKeyData").getBytes(StandardCharsets.US_ASCII);
            }
        }
        return new Proof(headers, certificate, key);
    }

    /** Empty where there is none. */
    private String token() {
        var file = text(body, "tokenFile");
        if (!file.isEmpty()) {
            return new String(Material.bytes(entry.folder().resolve(file)), StandardCharsets.UTF_8).strip();
        }
        var provider = body.path("auth-provider");
        if (provider.isObject()) {
            var token = text(provider.path("config"), "id-token");
            if (token.isEmpty()) {
                throw new KubeException("user " + name + " logs in by the auth-provider '" + text(provider, "name")
                        + "' without an id-token: kubectl asks a program for one these days, see 'kubectl explain'"
                        + " of client-go credential plugins");
            }
            return token;
        }
        return text(body, "token");
    }

    /** Whose rights are taken, as {@code kubectl --as}: without it this would be done with the user's own. */
    private void impersonate(Map<String, List<String>> headers) {
        put(headers, "Impersonate-User", texts(body.path("as")));
        put(headers, "Impersonate-Uid", texts(body.path("as-uid")));
        put(headers, "Impersonate-Group", texts(body.path("as-groups")));
        body.path("as-user-extra")
                .properties()
                .forEach(extra -> put(
                        headers,
                        "Impersonate-Extra-" + URLEncoder.encode(extra.getKey(), StandardCharsets.UTF_8),
                        texts(extra.getValue())));
    }

    private static void put(Map<String, List<String>> headers, String header, List<String> values) {
        if (!values.isEmpty()) {
            headers.put(header, values);
        }
    }

    private static List<String> texts(JsonNode node) {
        var texts = new ArrayList<String>();
        if (node.isTextual()) {
            texts.add(node.asText());
        }
        node.forEach(one -> texts.add(one.asText()));
        return texts;
    }

    static Map<String, List<String>> bearer(String token) {
        return Map.of(AUTHORIZATION, List.of("Bearer " + token.strip()));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
