package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.net.FileServer;
import dev.kvcachepool.cachenode.share.SharedGpu;
import dev.kvcachepool.cachenode.share.SharedMemory;
import dev.kvcachepool.cachenode.store.StoreGpu;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** This node's memory as clients on its host read it. Thread-safe. */
final class Sharing implements AutoCloseable {
    private final SharedMemory memory;
    private final FileServer files;

    /**
     * Binds the socket at which clients get files.
     *
     * @param longestLease how long a client may read a value
     * @throws IOException whose message is a line for the user
     */
    Sharing(SocketPath socket, PagedArena arena, @Nullable StoreGpu gpu, Duration longestLease) throws IOException {
        this.memory =
                new SharedMemory(arena, longestLease, System::nanoTime, gpu == null ? null : of(gpu, longestLease));
        try {
            this.files = new FileServer(
                    socket.path(), socket.permissions(), SharedMemory.TOKEN_LENGTH, memory::openDescriptor);
        } catch (IOException e) {
            throw new IOException("--memory-socket: " + e.getMessage(), e);
        }
    }

    private static SharedGpu of(StoreGpu gpu, Duration longestLease) {
        return new SharedGpu(gpu::arena, gpu::uuid, longestLease, System::nanoTime);
    }

    SharedMemory memory() {
        return memory;
    }

    FileServer files() {
        return files;
    }

    void start() {
        files.start();
    }

    @Override
    public void close() {
        files.close();
    }
}
