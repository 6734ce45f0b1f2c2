package dev.kvcachepool.bench.servers;

import dev.kvcachepool.bench.system.ProcessTree;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A server that was started: its processes, and what they write. Ended by {@link #close}, or with its workplace. */
public final class ServerProcess implements Closeable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private final Process process;
    private final Path output;
    private final String name;

    private ServerProcess(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
    }

    /** Starts a program; what it writes goes to a file of the workplace. */
    static ServerProcess start(Workplace workplace, String name, List<String> command, Map<String, String> environment)
            throws IOException {
        var output = workplace.folder().resolve(name + ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        var started = new ServerProcess(name, builder.start(), output);
        workplace.keep(started);
        return started;
    }

    /** Waits until the server accepts connections. */
    ServerProcess awaitAccepting(SocketAddress address) throws IOException, InterruptedException {
        await(_ -> accepts(address));
        return this;
    }

    /** Waits until a line begins with this, and gives that line. */
    String awaitLine(String start) throws IOException, InterruptedException {
        await(text -> text.lines().anyMatch(line -> line.startsWith(start)));
        return text().lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
    }

    private void await(Predicate<String> condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        while (!condition.test(text())) {
            if (!process.isAlive() || System.nanoTime() > end) {
                var text = text();
                throw new IOException(name + " does not start: " + text.substring(Math.max(0, text.length() - 2000)));
            }
            Thread.sleep(20);
        }
    }

    private String text() throws IOException {
        return Files.readString(output);
    }

    private static boolean accepts(SocketAddress address) {
        try (var channel = SocketChannel.open(address)) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** What Linux counts for it and its children. */
    public ProcessTree tree() {
        return new ProcessTree(process.toHandle());
    }

    void askToEnd() {
        process.destroy();
    }

    @Override
    public void close() {
        var children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
