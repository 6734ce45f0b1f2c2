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
        requireHugePages(settings);
        try {
            var kept = kept(settings);
            if (kept != null) {
                return new HostMemory(new PagedArena(settings.hostSize(), gpu.pinned(kept.backing())), kept);
            }
        } catch (IOException e) {
            throw unusable("--arena-path", e);
        } catch (OutOfMemoryError e) {
            if (settings.hugePagesPath() == null) {
                throw e;
            }
            throw unusable("--huge-pages-path", new IOException(e.getMessage(), e));
        }
        boolean shared = settings.sockets().memory() != null;
        var backing = gpu.pinned(shared ? Backing.files() : Backing.anonymous());
        return new HostMemory(new PagedArena(settings.hostSize(), backing), null);
    }

    private static void requireHugePages(NodeSettings settings) {
        var huge = settings.hugePagesPath();
        if (huge != null) {
            try {
                var unfit = KeptMemory.unfitForHugePages(huge);
                if (unfit != null) {
                    throw new IOException(unfit);
                }
            } catch (IOException e) {
                throw unusable("--huge-pages-path", e);
            }
        }
    }

    private static UncheckedIOException unusable(String flag, IOException why) {
        return new UncheckedIOException(flag + ": " + why.getMessage(), why);
    }

    private static @Nullable KeptMemory kept(NodeSettings settings) throws IOException {
        var path = settings.arenaPath();
        var huge = settings.hugePagesPath();
        if (path == null) {
            return null;
        }
        long slices = huge == null ? settings.hostSize() : 0;
        var unfit = KeptMemory.unfit(path, slices, KeptMemory.tableBytes(settings.hostSize()));
        if (unfit != null) {
            if (huge != null) {
                throw new IOException(unfit);
            }
            LOG.warnf("--arena-path: %s; values in memory will not outlive this process", unfit);
            return null;
        }
        return KeptMemory.open(path, huge, settings.hostSize(), settings.pool() + "/" + settings.holder());
    }
}
