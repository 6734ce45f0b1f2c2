package dev.kvcachepool.engine.pool;

import dev.kvcachepool.client.LocalClient;
import java.io.IOException;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a cache-node that is made when it is needed and made anew when it broke. A node that fails is left alone
 * for a moment, longer each time. Confined to one thread.
 */
final class PoolLink implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PoolLink.class);
    private static final long FIRST_REST = Duration.ofMillis(50).toNanos();
    private static final long LONGEST_REST = Duration.ofSeconds(5).toNanos();

    private final PoolSettings settings;
    private @Nullable LocalClient client;
    private long rest = FIRST_REST;
    private long restsUntil = System.nanoTime();

    PoolLink(PoolSettings settings) {
        this.settings = settings;
    }

    /** Something that a node is asked. */
    interface Question<T> {
        T ask(LocalClient client) throws IOException;
    }

    /** The answer, or {@code otherwise} where there is none in time. */
    <T> T ask(Question<T> question, T otherwise) {
        if (client == null && System.nanoTime() - restsUntil < 0) {
            return otherwise;
        }
        try {
            var open = client;
            if (open == null) {
                open = LocalClient.connect(
                        settings.respSocket(), settings.memorySocket(), settings.password(), settings.timeout());
                client = open;
            }
            var answer = question.ask(open);
            rest = FIRST_REST;
            return answer;
        } catch (IOException e) {
            LOG.debugf(e, "%s fails; left alone for %d ms", settings, rest / 1_000_000);
            close();
            restsUntil = System.nanoTime() + rest;
            rest = Math.min(2 * rest, LONGEST_REST);
            return otherwise;
        }
    }

    @Override
    public void close() {
        var open = client;
        client = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("a connection did not end in order", e);
            }
        }
    }
}
