package dev.kvcachepool.e2e.log;

import dev.kvcachepool.prefixadvert.publish.BlockListener;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** Stores one block after another, each once the one before is visible, and measures how long that takes. */
final class VisibleProbe {
    private static final int MOST = 1 << 16;
    private static final long LOOK_NANOS = 200_000;

    private final AdvertView view;
    private final BlockListener publisher;
    private final int[] slot;
    private int stored;

    VisibleProbe(AdvertView view, BlockListener publisher, int slot) {
        this.view = view;
        this.publisher = publisher;
        this.slot = new int[] {slot};
    }

    /** Figures of those stored until the other work is done, at least one. */
    Map<String, Object> until(CompletableFuture<Void> done) {
        var micros = new long[MOST];
        int count = 0;
        do {
            var block = new BlockId(BenchRows.NAMESPACE, new BlockHash(-1, stored++));
            long begin = System.nanoTime();
            publisher.changed(block);
            while (view.index().holders(List.of(block), slot).getFirst().isEmpty()) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            micros[count++] = (System.nanoTime() - begin) / 1_000;
        } while (!done.isDone() && count < MOST);
        done.join();
        var sorted = Arrays.copyOf(micros, count);
        Arrays.sort(sorted);
        return Map.of(
                "probes", count, "p50Millis", sorted[count / 2] / 1e3, "p99Millis", sorted[count * 99 / 100] / 1e3);
    }
}
