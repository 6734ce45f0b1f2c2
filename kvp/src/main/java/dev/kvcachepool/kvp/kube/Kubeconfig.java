package dev.kvcachepool.kvp.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.kvcachepool.kvp.kube.Access.Trust;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code kubectl} knows of clusters, read as it reads it: of several files the first that names something is believed about
 * it, and paths are those of the file that they stand in. Where there is none, a pod has its account. Immutable.
 */
public final class Kubeconfig {
    private final Map<String, Entry> clusters = new HashMap<>();
    private final Map<String, Entry> users = new HashMap<>();
    private final Map<String, Entry> contexts = new LinkedHashMap<>();
    private final Map<String, String> environment;
    private String current = "";

    /** Something that has a name, with the folder of its file. */
    record Entry(JsonNode body, Path folder) {
        /** Base64 under {@code name}-data, or a file; null where there is neither. */
        byte @Nullable [] bytes(String name) {
            return Material.of(body, name, folder);
        }
    }

    private Kubeconfig(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * The way that {@code kubectl} would take.
     *
     * @param explicit the only file to read; null: those of {@code KUBECONFIG}, else {@code ~/.kube/config}, else the pod's account
     * @param context of a file; null: its current one
     * @throws KubeException when no way is known, or not all of it
     */
    public static Access access(@Nullable Path explicit, @Nullable String context, Map<String, String> environment) {
        var config = new Kubeconfig(environment);
        for (var file : files(explicit, environment)) {
            if (explicit != null || Files.exists(file)) {
                config.add(file);
            }
        }
        if (config.contexts.isEmpty() && explicit == null && context == null) {
            var ofPod = PodAccount.access(environment);
            if (ofPod != null) {
                return ofPod;
            }
            throw new KubeException(
                    "no cluster is known: there is no kubeconfig (KUBECONFIG, ~/.kube/config, --kubeconfig)");
        }
        return config.access(context == null ? config.current : context);
    }

    private static List<Path> files(@Nullable Path explicit, Map<String, String> environment) {
        if (explicit != null) {
            return List.of(explicit);
        }
        var listed = environment.getOrDefault("KUBECONFIG", "");
        if (!listed.isEmpty()) {
            return List.of(listed.split(File.pathSeparator, -1)).stream()
                    .filter(name -> !name.isEmpty())
                    .map(Path::of)
                    .toList();
        }
        var home = environment.getOrDefault("HOME", System.getProperty("user.home", ""));
        return List.of(Path.of(home, ".kube", "config"));
    }

    private void add(Path file) {
        JsonNode document;
        try {
            document = Trees.yaml(Files.readString(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new KubeException("kubeconfig " + file + " can't be read: " + e.getMessage());
        }
        // A file has a name, and so a folder.
        var folder = file.toAbsolutePath().resolveSibling("").normalize();
        add(document.path("clusters"), "cluster", folder, clusters);
        add(document.path("users"), "user", folder, users);
        add(document.path("contexts"), "context", folder, contexts);
        if (current.isEmpty()) {
            current = text(document, "current-context");
        }
    }

    private static void add(JsonNode entries, String kind, Path folder, Map<String, Entry> all) {
        entries.forEach(entry -> all.putIfAbsent(text(entry, "name"), new Entry(entry.path(kind), folder)));
    }

    private Access access(String context) {
        if (context.isEmpty()) {
            throw new KubeException("the kubeconfig has no current context; --context names one of: " + names());
        }
        var chosen = contexts.get(context);
        if (chosen == null) {
            throw new KubeException("the kubeconfig has no context " + context + "; it has: " + names());
        }
        var clusterName = text(chosen.body, "cluster");
        var cluster = clusters.get(clusterName);
        if (cluster == null || text(cluster.body, "server").isEmpty()) {
            throw new KubeException("context " + context + " names the cluster '" + clusterName
                    + "', of which the kubeconfig has no server");
        }
        var server = server(text(cluster.body, "server"));
        var userName = text(chosen.body, "user");
        var user = users.getOrDefault(userName, new Entry(MissingNode.getInstance(), chosen.folder));
        var namespace = text(chosen.body, "namespace");
        var name = text(cluster.body, "tls-server-name");
        return new Access(
                server,
                namespace.isEmpty() ? null : namespace,
                new Trust(
                        cluster.bytes("certificate-authority"),
                        cluster.body.path("insecure-skip-tls-verify").asBoolean(),
                        name.isEmpty() ? null : name),
                Proxies.of(server, text(cluster.body, "proxy-url"), environment),
                new User(userName, user, cluster, environment));
    }

    private String names() {
        return contexts.isEmpty() ? "none" : String.join(", ", contexts.keySet());
    }

    /** As {@code kubectl}, which takes a name without a scheme for one of HTTP. */
    private static URI server(String text) {
        try {
            var whole = text.contains("://") ? text : "http://" + text;
            var server = URI.create(whole.endsWith("/") ? whole.substring(0, whole.length() - 1) : whole);
            if (server.getHost() != null && ("https".equals(server.getScheme()) || "http".equals(server.getScheme()))) {
                return server;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new KubeException(
                "the kubeconfig has the server '" + text + "', which is no address such as https://host:6443");
    }

    /** Empty where there is none. */
    static String text(JsonNode node, String name) {
        return node.path(name).asText("");
    }
}
