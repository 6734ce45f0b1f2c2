package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.store.ValueSizes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * The known sizes of values in a file beside the blocks, so that a node that comes back answers misses to LMCache's native
 * client before anything was stored. The file is replaced in one step. Confined to one thread.
 */
final class KeptSizes {
    private static final Logger LOG = Logger.getLogger(KeptSizes.class);
    private static final long MOST_BYTES = 8L << 20;
    private static final String NAME = "value-sizes";

    private final Path file;
    private final ValueSizes sizes;
    private List<String> kept = List.of();

    KeptSizes(Path folder, ValueSizes sizes) {
        this.file = folder.resolve(NAME);
        this.sizes = sizes;
    }

    /** Takes over what an earlier process kept; what can't be read is learned anew. */
    void restore() {
        try {
            if (Files.exists(file) && Files.size(file) <= MOST_BYTES) {
                var _ = sizes.restore(Files.readAllLines(file, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            LOG.infof("%s can't be read (%s): sizes are learned anew", file, e.getMessage());
        }
        kept = sizes.snapshot();
    }

    /** Writes the file if more is known than it says. */
    void keep() {
        var known = sizes.snapshot();
        if (known.equals(kept)) {
            return;
        }
        var fresh = file.resolveSibling(NAME + ".new");
        try {
            Files.write(fresh, known, StandardCharsets.UTF_8);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            kept = known;
        } catch (IOException e) {
            LOG.debugf("%s can't be written: %s", file, e.getMessage());
        }
    }
}
