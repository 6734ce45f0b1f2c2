package dev.kvcachepool.e2e.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One of the product's programs as a child process: started through {@code bin/}, serving once it has printed its
 * {@code serving} line. Its standard error goes to a file.
 */
public final class Program implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Set<Program> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        // However this JVM ends, nothing that it started is left behind.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ALIVE.forEach(program -> program.process.destroy())));
    }

    private final String name;
    private final Process process;
    private final Path log;
    private final CompletableFuture<Map<String, String>> serving = new CompletableFuture<>();

    private Program(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts {@code bin/<program>}; use {@link #await} before its addresses.
     *
     * @param root the project's folder
     * @param log where its standard error goes, appended
     */
    public static Program start(Path root, String program, List<String> flags, Path log) {
        return start(root, program, flags, Map.of(), log);
    }

    /** The same with further environment variables. */
    public static Program start(
            Path root, String program, List<String> flags, Map<String, String> environment, Path log) {
        var command = new ArrayList<String>();
        command.add(root.resolve("bin").resolve(program).toString());
        command.addAll(flags);
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // Only flags count: the caller's settings for these programs must not leak into a demo or a test.
        builder.environment().keySet().removeIf(variable -> variable.startsWith("KVP_"));
        // Ten JVMs that live for two minutes on a few cores: the optimizing compiler would never earn its time back.
        builder.environment().put("KVP_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        builder.environment().putAll(environment);
        try {
            var started = new Program(program, builder.start(), log);
            // Not a virtual one: a pipe's reader keeps its carrier, and on two cores no other was made for the next one
            // at times.
            Thread.ofPlatform().daemon().name(program + "-output").start(started::readOutput);
            ALIVE.add(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.getFirst(), e);
        }
    }

    private void readOutput() {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("serving ")) {
                    serving.complete(parse(line));
                }
            }
        } catch (IOException e) {
            serving.completeExceptionally(e);
        }
        serving.completeExceptionally(new IllegalStateException(name + " ended before it served; see " + log));
    }

    private static Map<String, String> parse(String line) {
        var fields = new HashMap<String, String>();
        for (var field : List.of(line.split(" "))) {
            var equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return Map.copyOf(fields);
    }

    /** Waits for the {@code serving} line and returns its fields: {@code resp}, {@code http}, … */
    public Map<String, String> await() {
        try {
            return serving.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(name + " did not serve; see " + log, e);
        }
    }

    /** One field of the {@code serving} line. */
    public String address(String protocol) {
        var address = await().get(protocol);
        if (address == null) {
            throw new IllegalStateException(name + " does not say where it serves " + protocol + ": " + await());
        }
        return address;
    }

    /** What it has written to its standard error. */
    public String said() throws IOException {
        return Files.readString(log);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the process as a power cut would. */
    public void kill() {
        process.destroyForcibly();
        waitFor(Duration.ofSeconds(10));
    }

    /** SIGTERM, then up to {@code grace} for a clean end, then SIGKILL; returns the exit status. */
    public int stop(Duration grace) {
        process.destroy();
        if (!waitFor(grace)) {
            kill();
        }
        return process.exitValue();
    }

    private boolean waitFor(Duration limit) {
        try {
            var ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (ended) {
                ALIVE.remove(this);
            }
            return ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        stop(Duration.ofSeconds(40));
    }
}
