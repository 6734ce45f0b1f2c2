package dev.kvcachepool.cachenode.net;

import dev.kvcachepool.commandline.tls.PlainTextException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;
import org.jboss.logging.Logger;

/**
 * TLS handshakes at a port since the start, by what came of them. What clients do wrong is logged, in a line and once a minute
 * at most. Thread-safe.
 */
public final class Handshakes {
    private static final Logger LOG = Logger.getLogger(Handshakes.class);
    private static final long SILENCE_NANOS = Duration.ofMinutes(1).toNanos();

    private final LongAdder done = new LongAdder();
    private final LongAdder plain = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder broken = new LongAdder();
    private final AtomicLong saidNanos = new AtomicLong(System.nanoTime() - SILENCE_NANOS);

    /** Does one. */
    void run(Wire wire, String protocol) throws IOException {
        try {
            wire.open();
            done.increment();
        } catch (PlainTextException e) {
            plain.increment();
            say(wire, protocol, "speaks without TLS, which this port asks for");
            throw e;
        } catch (SSLException e) {
            refused.increment();
            say(wire, protocol, "and this node found no way to speak TLS: " + reason(e));
            throw e;
        } catch (IOException e) {
            broken.increment();
            throw e;
        }
    }

    /** Alerts that come before the other side has keys are told by their cause only. */
    private static String reason(SSLException error) {
        var cause = error.getCause();
        return cause == null || cause.getMessage() == null
                ? String.valueOf(error.getMessage())
                : error.getMessage() + " (" + cause.getMessage() + ")";
    }

    private void say(Wire wire, String protocol, String what) {
        long now = System.nanoTime();
        long said = saidNanos.get();
        if (now - said >= SILENCE_NANOS && saidNanos.compareAndSet(said, now)) {
            LOG.warnf("%s: a client at %s %s", protocol, wire.client(), what);
        }
    }

    /** Those that succeeded. */
    public long done() {
        return done.sum();
    }

    /** Those with clients that speak without TLS. */
    public long plain() {
        return plain.sum();
    }

    /** Those in which one side refused the other: its certificate, most of all. */
    public long refused() {
        return refused.sum();
    }

    /** Those whose client went away or was too slow. */
    public long broken() {
        return broken.sum();
    }
}
