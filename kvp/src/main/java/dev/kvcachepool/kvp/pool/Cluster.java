package dev.kvcachepool.kvp.pool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.kvp.kube.KubeClient;
import dev.kvcachepool.kvp.kube.KubeException;
import dev.kvcachepool.kvp.kube.Kubeconfig;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which cluster and namespace, and how what is read is written: a picocli mixin with kubectl's own flags. */
final class Cluster {
    @Spec(Target.MIXEE)
    @Nullable
    CommandSpec command;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "<name>",
            description = "default: that of the kubeconfig's context")
    @Nullable
    String namespace;

    @Option(names = "--context", paramLabel = "<name>", description = "of the kubeconfig; default: its current one")
    @Nullable
    String context;

    @Option(
            names = "--kubeconfig",
            paramLabel = "<file>",
            description = "default: KUBECONFIG, ~/.kube/config, or the pod's own ServiceAccount")
    @Nullable
    Path kubeconfig;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "<form>",
            description = "text, the default, or json")
    Form form = Form.text;

    /** As it is given on the command line. */
    enum Form {
        text,
        json
    }

    /** @throws ClusterException when no cluster is known */
    Api open() {
        var file = kubeconfig;
        if (file != null && !Files.isReadable(file)) {
            throw refuse("--kubeconfig is " + file + ", which can't be read");
        }
        try {
            var access = Kubeconfig.access(file, context, System.getenv());
            var configured = access.namespace();
            return new Api(
                    new KubeClient(access),
                    namespace != null ? namespace : configured != null ? configured : "default");
        } catch (KubeException e) {
            throw new ClusterException(String.valueOf(e.getMessage()));
        }
    }

    boolean json() {
        return form == Form.json;
    }

    PrintWriter out() {
        return spec().commandLine().getOut();
    }

    /** One document, as the API has it. */
    void print(JsonNode document) {
        out().println(document.toPrettyString());
    }

    /** A line of what goes on, at once, for people: JSON has none. */
    void say(String line) {
        if (!json()) {
            out().println(line);
            out().flush();
        }
    }

    ParameterException refuse(String message) {
        return new ParameterException(spec().commandLine(), message);
    }

    private CommandSpec spec() {
        if (command == null) {
            throw new IllegalStateException("picocli tells each mixin whose it is");
        }
        return command;
    }
}
