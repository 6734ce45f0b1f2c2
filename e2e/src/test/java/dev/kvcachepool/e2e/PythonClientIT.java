package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The Python client's own tests, and those of its adapters for engines, against nodes. */
class PythonClientIT {
    private static final Path PYTHON = Fixture.ROOT.resolve("target/python/bin/python");
    private static final Path CLIENT = Fixture.ROOT.resolve("clients/python");
    private static final long LIMIT_SECONDS = 300;

    @Test
    void itsTestsPass() throws Exception {
        // Given
        var folder = Fixture.work("python");
        var resp = folder.resolve("resp.sock").toString();
        var memory = folder.resolve("memory.sock").toString();
        var files = Fixture.work("python-tls");
        var secret = new TlsSecret(files, "nodes");
        try (var node = Fixture.cacheNode(
                        "python", "--host-size", "64Mi", "--resp-socket", resp, "--memory-socket", memory);
                var secure = Fixture.cacheNode("python-tls", secret.flags().toArray(String[]::new))) {
            node.await();
            secure.await();
            // When, Then
            run(
                    Map.of(
                            "KVP_RESP_SOCKET",
                            resp,
                            "KVP_MEMORY_SOCKET",
                            memory,
                            "KVP_RESP_ADDRESS",
                            node.address("resp").toString(),
                            "KVP_TLS_ADDRESS",
                            secure.address("resp").toString(),
                            "KVP_TLS_FOLDER",
                            files.toString(),
                            "KVP_CACHE_NODE",
                            Fixture.ROOT.resolve("bin/cache-node").toString(),
                            "PYTHONPATH",
                            "src"),
                    "pytest",
                    "-q",
                    "-p",
                    "no:cacheprovider",
                    "tests");
        }
    }

    @Test
    void itsTypesAreRight() throws Exception {
        run(Map.of(), "mypy", "--cache-dir=/dev/null");
    }

    private static void run(Map<String, String> environment, String module, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(PYTHON.toString(), "-m", module));
        command.addAll(List.of(arguments));
        var log = Fixture.work("python-" + module).resolve("log");
        var builder = new ProcessBuilder(command)
                .directory(CLIENT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        builder.environment().putAll(environment);
        var process = builder.start();
        try {
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertThat(ended).as(() -> "ends in time: " + said(log)).isTrue();
            assertThat(process.exitValue()).as(() -> said(log)).isZero();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String said(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
