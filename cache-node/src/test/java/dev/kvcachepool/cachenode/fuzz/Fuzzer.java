package dev.kvcachepool.cachenode.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Runs Jazzer on a target in a process of its own: it takes its JVM over, and ends it as it likes. A finding is printed with
 * its input; what the fuzzer learned and its log stay under {@code target/fuzz}.
 */
public final class Fuzzer {
    private static final int TERMINATED = 143;
    /** For starting and ending, on a machine that is busy. */
    private static final int MORE_SECONDS = 300;

    private static final int SHOWN_LINES = 60;
    private static final Pattern SEED = Pattern.compile("INFO: Seed: ([0-9]+)");
    private static final Pattern RUNS = Pattern.compile("stat::number_of_executed_units: ([0-9]+)");
    private static final Pattern COVERAGE = Pattern.compile(" cov: ([0-9]+) ");

    private final Class<?> target;
    private final Path seeds;
    private final Path folder;

    /**
     * For a target.
     *
     * @param target with a {@code fuzzerTestOneInput}
     * @param seeds name of the folder of inputs to begin with, among the test resources under {@code fuzz}
     */
    public Fuzzer(Class<?> target, String seeds) {
        this.target = target;
        this.seeds = Path.of("src/test/resources/fuzz", seeds).toAbsolutePath();
        this.folder = Path.of("target/fuzz", seeds).toAbsolutePath();
    }

    /** Seconds that a run is to take where nobody says otherwise. */
    public static int seconds() {
        return Integer.getInteger("fuzz.seconds", 60);
    }

    /** Runs for so long, and fails with what was found. */
    public void run(int seconds) throws IOException, InterruptedException {
        int exit = attempt(seconds);
        if (exit == TERMINATED) {
            System.out.println(target.getSimpleName() + ": ended by a signal from outside, once more");
            exit = attempt(seconds);
        }
        var log = Files.readAllLines(log());
        if (exit != 0) {
            var shown = log.stream()
                    .filter(line -> !line.contains(" Instrumented "))
                    .toList();
            shown.subList(Math.max(0, shown.size() - SHOWN_LINES), shown.size()).forEach(System.out::println);
        }
        assertThat(exit).as("exit code of the fuzzer, whose log is " + log()).isZero();
        long runs = Long.parseLong(last(RUNS, log));
        System.out.printf(
                "%s: %d runs in %d s, coverage %s, seed %s%n",
                target.getSimpleName(), runs, seconds, last(COVERAGE, log), last(SEED, log));
        assertThat(runs).isPositive();
    }

    private int attempt(int seconds) throws IOException, InterruptedException {
        var corpus = Files.createDirectories(folder.resolve("corpus"));
        try (var files = Files.list(seeds)) {
            for (var file : files.toList()) {
                Files.write(corpus.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        var process = new ProcessBuilder(command(corpus, seconds))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
        try {
            assertThat(process.waitFor(seconds + MORE_SECONDS, TimeUnit.SECONDS))
                    .as("the fuzzer ends in time")
                    .isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> command(Path corpus, int seconds) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx512m",
                "-XX:MaxDirectMemorySize=256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--instrumentation_includes=dev.kvcachepool.cachenode.**",
                "--custom_hook_includes=dev.kvcachepool.cachenode.**",
                corpus.toString(),
                "-max_total_time=" + seconds,
                "-max_len=4096",
                // The JVM is bounded by its own flags. The peak that libFuzzer would judge is the test run's: a child
                // begins with its parent's.
                "-rss_limit_mb=0",
                // A run takes microseconds; a machine may stand still for a while.
                "-timeout=120",
                "-print_final_stats=1"));
        return command;
    }

    private Path log() {
        return folder.resolve("log");
    }

    private static String last(Pattern pattern, List<String> lines) {
        for (var line : lines.reversed()) {
            var match = pattern.matcher(line);
            if (match.find()) {
                return match.group(1);
            }
        }
        throw new AssertionError("the fuzzer's log has no line like " + pattern);
    }
}
