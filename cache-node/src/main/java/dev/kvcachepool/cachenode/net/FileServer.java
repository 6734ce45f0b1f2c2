package dev.kvcachepool.cachenode.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;

/**
 * Passes files to processes on the same host, over a Unix socket: a client sends a token and gets the byte {@code Y} with the
 * file's descriptor, or {@code N} alone; then the connection ends. One client at a time, each for a fifth of a second at most.
 * Thread-safe.
 */
public final class FileServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(200);

    private final Path path;
    private final int tokenLength;
    private final ToIntFunction<String> descriptors;
    private final int socket;
    private final LongAdder passed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread thread = Thread.ofPlatform().name("files").daemon().unstarted(this::serve);

    /**
     * Binds, in place of a socket whose process is gone.
     *
     * @param tokenLength bytes of every token
     * @param descriptors opens the file of a token, which is closed here; negative for none
     * @throws IOException whose message says why the path can't be bound
     */
    public FileServer(
            Path path, Set<PosixFilePermission> permissions, int tokenLength, ToIntFunction<String> descriptors)
            throws IOException {
        this.path = path;
        this.tokenLength = tokenLength;
        this.descriptors = descriptors;
        ListeningPath.prepare(path);
        this.socket = UnixSockets.listen(path, ListeningPort.BACKLOG);
        try {
            Files.setPosixFilePermissions(path, permissions);
        } catch (IOException e) {
            UnixSockets.close(socket);
            throw e;
        }
    }

    /** Serves from now on. */
    public void start() {
        thread.start();
    }

    /** Files passed since the start. */
    public long passed() {
        return passed.sum();
    }

    /** Tokens since the start that named no file. */
    public long refused() {
        return refused.sum();
    }

    private void serve() {
        while (!closed.get()) {
            try {
                answer(UnixSockets.accept(socket));
            } catch (IOException e) {
                // That client has to come again; out of descriptors for now, or the end.
                LockSupport.parkNanos(ConnectionServer.ACCEPT_PAUSE_NANOS);
            }
        }
        UnixSockets.close(socket);
    }

    private void answer(int client) throws IOException {
        try {
            UnixSockets.setPatience(client, PATIENCE);
            var token = new byte[tokenLength];
            if (!UnixSockets.receive(client, token)) {
                return;
            }
            int file = descriptors.applyAsInt(new String(token, StandardCharsets.ISO_8859_1));
            pass(client, file);
        } finally {
            UnixSockets.close(client);
        }
    }

    private void pass(int client, int file) throws IOException {
        try {
            (file < 0 ? refused : passed).increment();
            UnixSockets.send(client, (byte) (file < 0 ? 'N' : 'Y'), file);
        } finally {
            if (file >= 0) {
                UnixSockets.close(file);
            }
        }
    }

    /** Serves no more; files that were passed stay open where they are. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        UnixSockets.shutdown(socket);
        try {
            if (thread.isAlive()) {
                thread.join();
            } else {
                UnixSockets.close(socket);
            }
            Files.deleteIfExists(path);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // The next process finds a socket that nobody listens at, and removes it.
        }
    }
}
