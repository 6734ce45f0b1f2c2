package dev.kvcachepool.kvp.kube;

import static dev.kvcachepool.kvp.kube.Kubeconfig.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.kvp.kube.Kubeconfig.Entry;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * A program that a user of a kubeconfig is known by: client-go's credential plugins, {@code ExecCredential} v1 and v1beta1. Its
 * errors go where ours go; it may ask at the terminal, and so has all the time it takes.
 */
final class LoginProgram {
    private static final String GROUP = "client.authentication.k8s.io/";
    private static final List<String> VERSIONS = List.of(GROUP + "v1", GROUP + "v1beta1");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String user;
    private final JsonNode exec;
    private final Path folder;
    private final Entry cluster;
    private final Map<String, String> environment;

    LoginProgram(String user, JsonNode exec, Path folder, Entry cluster, Map<String, String> environment) {
        this.user = user;
        this.exec = exec;
        this.folder = folder;
        this.cluster = cluster;
        this.environment = environment;
    }

    /** The status of its ExecCredential. */
    JsonNode run() {
        var version = text(exec, "apiVersion");
        if (!VERSIONS.contains(version)) {
            throw new KubeException("user " + user + " logs in by a program of " + version + "; known are "
                    + String.join(" and ", VERSIONS));
        }
        var mode = text(exec, "interactiveMode");
        boolean interactive = !mode.equals("Never") && isTerminal();
        if (mode.equals("Always") && !interactive) {
            throw new KubeException(command() + ", by which user " + user + " logs in, has to ask at a terminal");
        }
        try {
            var process = start(version, interactive);
            JsonNode answer;
            try (var out = process.getInputStream()) {
                answer = Trees.json(out);
            } catch (IOException e) {
                answer = JSON.missingNode();
            }
            int exit = process.waitFor();
            if (exit != 0) {
                throw failed("ended with " + exit);
            }
            if (!text(answer, "apiVersion").equals(version)
                    || !answer.path("status").isObject()) {
                throw failed("answered no ExecCredential of " + version);
            }
            return answer.path("status");
        } catch (IOException e) {
            throw failed("can't be started");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("was interrupted");
        }
    }

    private Process start(String version, boolean interactive) throws IOException {
        var words = new ArrayList<>(List.of(command()));
        exec.path("args").forEach(word -> words.add(word.asText()));
        var builder = new ProcessBuilder(words).redirectError(Redirect.INHERIT);
        var variables = builder.environment();
        variables.clear();
        variables.putAll(environment);
        exec.path("env").forEach(one -> variables.put(text(one, "name"), text(one, "value")));
        variables.put("KUBERNETES_EXEC_INFO", info(version, interactive).toString());
        if (interactive) {
            return builder.redirectInput(Redirect.INHERIT).start();
        }
        var process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /** A path is that of the kubeconfig's folder, a bare name is looked up. */
    private String command() {
        var command = text(exec, "command");
        return command.contains("/") ? folder.resolve(command).toString() : command;
    }

    private ObjectNode info(String version, boolean interactive) {
        var info = JSON.objectNode().put("kind", "ExecCredential").put("apiVersion", version);
        var spec = info.putObject("spec").put("interactive", interactive);
        if (exec.path("provideClusterInfo").asBoolean()) {
            var body = cluster.body();
            var about = spec.putObject("cluster").put("server", text(body, "server"));
            for (var name : List.of("tls-server-name", "proxy-url")) {
                if (!text(body, name).isEmpty()) {
                    about.put(name, text(body, name));
                }
            }
            if (body.path("insecure-skip-tls-verify").asBoolean()) {
                about.put("insecure-skip-tls-verify", true);
            }
            var authorities = cluster.bytes("certificate-authority");
            if (authorities != null) {
                about.put("certificate-authority-data", Base64.getEncoder().encodeToString(authorities));
            }
            StreamSupport.stream(body.path("extensions").spliterator(), false)
                    .filter(one -> text(one, "name").equals(GROUP + "exec"))
                    .forEach(one -> about.set("config", one.path("extension")));
        }
        return info;
    }

    /** Null is what a JDK without the module of the other form answers where there is none. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    private KubeException failed(String how) {
        var hint = text(exec, "installHint").strip();
        return new KubeException(
                command() + ", by which user " + user + " logs in, " + how + (hint.isEmpty() ? "" : "; " + hint));
    }
}
