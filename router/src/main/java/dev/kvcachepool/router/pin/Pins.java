package dev.kvcachepool.router.pin;

import dev.kvcachepool.commandline.secret.NodeLogin;
import dev.kvcachepool.commandline.tls.Tls;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.PrefixHolders.Found;
import dev.kvcachepool.router.pick.PrefixHolders.Part;
import dev.kvcachepool.router.pick.PrefixHolders.Share;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells cache-nodes to pin, warm or unpin the blocks that they hold of a prefix, all nodes at the same time, and counts what they
 * answer. A node that has not answered within the limit is reported as such, so an answer never takes longer. Thread-safe.
 */
public final class Pins implements AutoCloseable {
    /** The nodes' own limit on hashes in one command. */
    static final int MOST_HASHES = 1024;

    /** Connections at a time, for all requests together. */
    private static final int CONNECTIONS = 64;

    private static final long READING = 2;
    private static final String READING_NOW = "reading";
    private static final String MISSING = "missing";
    private static final String REFUSED = "refused";
    private static final String UNANSWERED = "unanswered";
    private static final String LATE = "no answer in time";

    private final NodeLogin login;
    private final @Nullable Tls tls;
    private final Duration limit;
    private final RouterMetrics metrics;
    private final Semaphore connections = new Semaphore(CONNECTIONS);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("pins-", 0).factory());

    /**
     * Pins in a pool.
     *
     * @param login at its cache-nodes
     * @param tls with which they are spoken to; null without
     * @param limit how long nodes may take
     */
    public Pins(NodeLogin login, @Nullable Tls tls, Duration limit, RouterMetrics metrics) {
        this.login = login;
        this.tls = tls;
        this.limit = limit;
        this.metrics = metrics;
        for (var mode : PinMode.values()) {
            for (var outcome : List.of(mode.done(), READING_NOW, MISSING, REFUSED, UNANSWERED)) {
                metrics.pinBlocks(mode.id(), outcome, 0);
            }
        }
    }

    /** What a node answered, block by block as far as it came. */
    private record Told(Share share, List<Long> answers, String problem) {}

    /**
     * Does it, and returns at once; the future never fails.
     *
     * @param seconds how long a pin lasts; of no account otherwise
     */
    public CompletableFuture<PinAnswer> apply(PinMode mode, long seconds, Found found) {
        long end = System.nanoTime() + limit.toNanos();
        LongSupplier left = () -> end - System.nanoTime();
        var asked = found.shares().stream()
                .map(share -> CompletableFuture.supplyAsync(() -> tell(mode, seconds, found, share, left), threads)
                        .completeOnTimeout(new Told(share, List.of(), LATE), limit.toMillis(), TimeUnit.MILLISECONDS))
                .toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> answer(
                        mode, found, asked.stream().map(CompletableFuture::join).toList()));
    }

    private Told tell(PinMode mode, long seconds, Found found, Share share, LongSupplier left) {
        var answers = new ArrayList<Long>(share.parts().size());
        var address = share.node().endpoints().get("resp");
        if (address == null) {
            return new Told(share, answers, "it serves no RESP");
        }
        try {
            if (!connections.tryAcquire(left.getAsLong(), TimeUnit.NANOSECONDS)) {
                return new Told(share, answers, LATE);
            }
            try (var connection = new RespConnection(share.node().holder(), address, tls, login, left)) {
                tell(mode, seconds, found, share, connection, answers);
                return new Told(share, answers, "");
            } finally {
                connections.release();
            }
        } catch (IOException e) {
            return new Told(share, answers, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Told(share, answers, "the router is stopping");
        }
    }

    private static void tell(
            PinMode mode, long seconds, Found found, Share share, RespConnection connection, List<Long> answers)
            throws IOException {
        var parts = share.parts();
        for (int from = 0; from < parts.size(); from += MOST_HASHES) {
            var some = parts.subList(from, Math.min(parts.size(), from + MOST_HASHES));
            var words = new ArrayList<String>();
            words.add(mode.command());
            if (mode == PinMode.PIN) {
                words.add(Long.toString(seconds));
            }
            words.add(digits(found.namespace()));
            for (var part : some) {
                words.add(hash(found, part).toString());
            }
            for (long answer : connection.ask(words, some.size())) {
                answers.add(answer);
            }
        }
    }

    private static String digits(Namespace namespace) {
        return HexFormat.of().toHexDigits(namespace.id());
    }

    private static BlockHash hash(Found found, Part part) {
        return found.chain().get(part.block());
    }

    private PinAnswer answer(PinMode mode, Found found, List<Told> told) {
        var held = found.coverage();
        var done = found.coverage();
        var nodes = new ArrayList<NodeAnswer>(told.size());
        for (var one : told) {
            one.share.parts().forEach(held::add);
            for (int i = 0; i < one.answers.size(); i++) {
                if (one.answers.get(i) == 1) {
                    done.add(one.share.parts().get(i));
                }
            }
            nodes.add(count(mode, one));
        }
        return new PinAnswer(found.chain().size(), held.blocks(), done.blocks(), found.leftOut(), nodes);
    }

    private NodeAnswer count(PinMode mode, Told told) {
        int done = count(told, 1);
        int reading = count(told, READING);
        int missing = count(told, 0);
        int refused = told.answers.size() - done - reading - missing;
        int held = told.share.parts().size();
        metrics.pinBlocks(mode.id(), mode.done(), done);
        metrics.pinBlocks(mode.id(), READING_NOW, reading);
        metrics.pinBlocks(mode.id(), MISSING, missing);
        metrics.pinBlocks(mode.id(), REFUSED, refused);
        metrics.pinBlocks(mode.id(), UNANSWERED, held - told.answers.size());
        return new NodeAnswer(told.share.node().holder(), held, done, reading, refused, missing, told.problem);
    }

    private static int count(Told told, long answer) {
        return (int) told.answers.stream().filter(one -> one == answer).count();
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
