package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.kept.KeptMemory;
import dev.kvcachepool.cachenode.memory.Backing;
import dev.kvcachepool.cachenode.memory.PagedArena;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The memory that values lie in.
 *
 * @param kept where it outlives the process; null where it does not
 */
record HostMemory(PagedArena arena, @Nullable KeptMemory kept) {
    private static final Logger LOG = Logger.getLogger(HostMemory.class);

    /**
     * What the flags ask for. A folder that can't keep memory is done without, and said so.
     *
     * @throws UncheckedIOException with a line for the user
     */
    static HostMemory of(NodeSettings settings, NodeGpu gpu) {
        try {
            var kept = kept(settings);
            if (kept != null) {
                return new HostMemory(new PagedArena(settings.hostSize(), gpu.pinned(kept.backing())), kept);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("--arena-path: " + e.getMessage(), e);
        }
        boolean shared = settings.sockets().memory() != null;
        var backing = gpu.pinned(shared ? Backing.files() : Backing.anonymous());
        return new HostMemory(new PagedArena(settings.hostSize(), backing), null);
    }

    private static @Nullable KeptMemory kept(NodeSettings settings) throws IOException {
        var path = settings.arenaPath();
        if (path == null) {
            return null;
        }
        var unfit = KeptMemory.unfit(path, settings.hostSize());
        if (unfit != null) {
            LOG.warnf("--arena-path: %s; values in memory will not outlive this process", unfit);
            return null;
        }
        return KeptMemory.open(path, settings.hostSize(), settings.pool() + "/" + settings.holder());
    }
}
