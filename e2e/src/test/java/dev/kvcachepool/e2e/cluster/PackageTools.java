package dev.kvcachepool.e2e.cluster;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Helm and operator-framework's validators, built by {@code scripts/package-tools}. Where they can't be built, tests that
 * need them are skipped and say why; in CI they fail.
 */
final class PackageTools {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Path CHART = RealCluster.root().resolve("manifests/helm/kvcachepool-operator");

    private PackageTools() {}

    private static final class Built {
        static final Command.Result RESULT = Command.run(
                List.of(RealCluster.root().resolve("scripts/package-tools").toString(), "path"),
                "",
                Duration.ofMinutes(30));
    }

    private static final class Home {
        static final Path FOLDER = temporary();

        private static Path temporary() {
            try {
                return Files.createTempDirectory("kvcachepool-helm");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static Path chart() {
        return CHART;
    }

    /** Runs helm without a cluster. */
    static Command.Result helm(String... arguments) {
        var home = Home.FOLDER.toString();
        return run(
                "helm",
                Map.of(
                        "HELM_CACHE_HOME",
                        home,
                        "HELM_CONFIG_HOME",
                        home,
                        "HELM_DATA_HOME",
                        home,
                        "KUBECONFIG",
                        "/none"),
                arguments);
    }

    /** Runs helm as an administrator of the run's cluster. */
    static Command.Result helmAt(RealCluster cluster, String... arguments) {
        return helmAt(cluster.kubeconfig(), arguments);
    }

    /** Runs helm as whom a kubeconfig names. */
    static Command.Result helmAt(Path kubeconfig, String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.add("--kubeconfig=" + kubeconfig);
        return helm(all.toArray(String[]::new));
    }

    /** Judges a bundle's folder. */
    static Command.Result bundleCheck(Path bundle) {
        return run("bundle-check", Map.of(), bundle.toString(), "1.36");
    }

    /** The definition of ClusterServiceVersion, as YAML. */
    static String definitionOfBundles() {
        return run("bundle-check", Map.of(), "definition").mustSucceed();
    }

    private static Command.Result run(String tool, Map<String, String> environment, String... arguments) {
        var built = Built.RESULT;
        if (built.exit() != 0) {
            var why = "helm and bundle-check can't be built by scripts/package-tools: " + built.errors();
            if (System.getenv("CI") != null) {
                throw new IllegalStateException(why);
            }
            abort(why);
        }
        var command = new ArrayList<String>();
        command.add(Path.of(built.output().strip()).resolve(tool).toString());
        command.addAll(List.of(arguments));
        return Command.run(command, "", environment, LIMIT);
    }
}
