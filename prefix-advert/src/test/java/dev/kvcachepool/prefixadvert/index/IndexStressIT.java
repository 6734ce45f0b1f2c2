package dev.kvcachepool.prefixadvert.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jcstress.Main;
import org.openjdk.jcstress.infra.processors.JCStressTestProcessor;

/**
 * What readers of the index may see while it is written, under jcstress: {@code src/test/jcstress}. The tests there are
 * compiled here, as what jcstress generates from them would not pass this build's lint.
 */
class IndexStressIT {
    private static final String CLASS_PATH = System.getProperty("java.class.path");
    private static final Path SOURCES = Path.of("src/test/jcstress");
    /** Under a minute, most of it the start of twenty JVMs. */
    private static final List<String> SHORT =
            List.of("-m", "quick", "-f", "1", "-iters", "1", "-time", "100", "-sc", "false");
    /** An hour on two cores. */
    private static final List<String> LONG = List.of("-f", "1", "-iters", "10", "-time", "1000");

    @TempDir
    Path folder;

    @Test
    void readersSeeOnlyWhatIsAllowed() throws Exception {
        runs(SHORT);
    }

    @Test
    @Tag("long")
    void readersSeeOnlyWhatIsAllowedForManyMinutes() throws Exception {
        runs(LONG);
    }

    private void runs(List<String> effort) throws IOException, InterruptedException {
        // Given
        int tests = compiled();

        // When
        var output = folder.resolve("output").toFile();
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                folder + System.getProperty("path.separator") + CLASS_PATH,
                Main.class.getName(),
                "-af",
                "NONE",
                "-r",
                folder.resolve("results").toString()));
        command.addAll(effort);
        int status = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start()
                .waitFor();

        // Then
        var told = Files.readString(output.toPath());
        assertThat(status).as(told).isZero();
        assertThat(told).contains(" 0 failed, 0 soft errs, 0 hard errs").contains(tests + " matching test results");
    }

    /** Compiles all tests, which are the classes named …Stress; returns how many. */
    private int compiled() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            var sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            var compiler = ToolProvider.getSystemJavaCompiler();
            try (var manager = compiler.getStandardFileManager(null, null, null)) {
                var task = compiler.getTask(
                        null,
                        manager,
                        null,
                        List.of("-proc:full", "-d", folder.toString(), "-cp", CLASS_PATH),
                        null,
                        manager.getJavaFileObjectsFromPaths(sources));
                task.setProcessors(List.of(new JCStressTestProcessor()));
                assertThat(task.call()).isTrue();
            }
            return (int) sources.stream()
                    .filter(file -> file.toString().endsWith("Stress.java"))
                    .count();
        }
    }
}
