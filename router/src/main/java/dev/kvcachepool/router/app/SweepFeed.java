package dev.kvcachepool.router.app;

import dev.kvcachepool.prefixadvert.kafka.Sweeper;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import org.jspecify.annotations.Nullable;

/** This router's share in sweeping the tables; nothing without a broker. Owned by the application, which closes it. */
final class SweepFeed implements AutoCloseable {
    private final @Nullable Sweeper sweeper;

    private SweepFeed(@Nullable Sweeper sweeper) {
        this.sweeper = sweeper;
    }

    static SweepFeed of(RouterConfig config, AdvertView adverts) {
        var source = config.adverts();
        if (source == null) {
            return new SweepFeed(null);
        }
        var sweeper = new Sweeper(source.clients(), source.topics(), () -> adverts.ready() && isAnyoneGone(adverts));
        sweeper.start();
        return new SweepFeed(sweeper);
    }

    private static boolean isAnyoneGone(AdvertView adverts) {
        return adverts.holders().stream()
                .anyMatch(holder -> holder.node().state().equals(NodeState.GONE));
    }

    /** Whether this router is the one that sweeps. */
    boolean leads() {
        return sweeper != null && sweeper.leads();
    }

    /** Block rows that this router erased. */
    long swept() {
        return sweeper == null ? 0 : sweeper.swept();
    }

    @Override
    public void close() {
        if (sweeper != null) {
            sweeper.close();
        }
    }
}
