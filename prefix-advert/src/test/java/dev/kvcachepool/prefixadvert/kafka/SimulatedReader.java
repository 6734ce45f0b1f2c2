package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.simulation.SimulatedBroker;
import dev.kvcachepool.prefixadvert.table.AdvertTable;
import dev.kvcachepool.prefixadvert.table.Silence;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** What {@link AdvertReader} does, a step at a time: one pass over the log after another. */
public final class SimulatedReader {
    /** Polls here give more than that now and then, and batches fill up. */
    private static final TablePass.Sizes SIZES = new TablePass.Sizes(10, 4);

    private static final long INDEX_BYTES = 64L << 20;

    private final SimulatedBroker broker;
    private Doubts doubts;
    private @Nullable TableLog log;
    private @Nullable TablePass pass;
    private @Nullable AdvertTable shown;
    private int passes;

    public SimulatedReader(SimulatedBroker broker) {
        this.broker = broker;
        this.doubts = new Doubts(broker.time()::nanoTime);
    }

    public void step() throws InterruptedException {
        try {
            var current = pass;
            if (current == null) {
                open();
            } else if (current.step().isPresent()) {
                end();
            }
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            end();
        }
    }

    private void open() throws InterruptedException, ExecutionException, TimeoutException {
        log = new TableLog(SimulatedLinks.link(broker), Optional.empty(), broker.retention());
        passes++;
        var table = new AdvertTable(
                new FlatPrefixIndex(INDEX_BYTES), () -> broker.time().now(), Silence.DEFAULT);
        pass = new TablePass(log, table, SIZES, doubts, ReadAhead.NONE, complete -> shown = complete, news -> {});
    }

    private void end() {
        if (log != null) {
            log.close();
        }
        log = null;
        pass = null;
    }

    /** The process ends; what it had read is gone. */
    public void restart() {
        end();
        doubts = new Doubts(broker.time()::nanoTime);
        shown = null;
    }

    public Optional<AdvertTable> table() {
        return Optional.ofNullable(shown);
    }

    /** How often the log was read from its start. */
    public int passes() {
        return passes;
    }
}
