package dev.kvcachepool.kvp.kube;

import dev.kvcachepool.kvp.kube.Access.Trust;
import dev.kvcachepool.kvp.kube.Login.Proof;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Kubernetes gives each pod of its ServiceAccount. */
final class PodAccount {
    private static final Path FOLDER = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    private PodAccount() {}

    /** Null outside of pods. */
    static @Nullable Access access(Map<String, String> environment) {
        var host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        var token = FOLDER.resolve("token");
        if (host.isEmpty() || !Files.isReadable(token)) {
            return null;
        }
        var literal = host.contains(":") ? "[" + host + "]" : host;
        var server = URI.create(
                "https://" + literal + ":" + environment.getOrDefault("KUBERNETES_SERVICE_PORT_HTTPS", "443"));
        var namespace = FOLDER.resolve("namespace");
        return new Access(
                server,
                Files.isReadable(namespace)
                        ? new String(Material.bytes(namespace), StandardCharsets.UTF_8).strip()
                        : null,
                new Trust(Material.bytes(FOLDER.resolve("ca.crt")), false, null),
                Proxy.NO_PROXY,
                () -> new Proof(User.bearer(new String(Material.bytes(token), StandardCharsets.UTF_8)), null, null));
    }
}
