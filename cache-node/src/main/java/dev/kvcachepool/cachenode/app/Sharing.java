package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.net.FileServer;
import dev.kvcachepool.cachenode.share.SharedMemory;
import java.io.IOException;
import java.time.Duration;

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
    Sharing(SocketPath socket, PagedArena arena, Duration longestLease) throws IOException {
        this.memory = new SharedMemory(arena, longestLease, System::nanoTime);
        try {
            this.files = new FileServer(
                    socket.path(), socket.permissions(), SharedMemory.TOKEN_LENGTH, memory::openDescriptor);
        } catch (IOException e) {
            throw new IOException("--memory-socket: " + e.getMessage(), e);
        }
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
