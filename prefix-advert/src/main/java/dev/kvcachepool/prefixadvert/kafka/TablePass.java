package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.table.AdvertTable;
import dev.kvcachepool.prefixadvert.table.Doubt;
import dev.kvcachepool.prefixadvert.wire.AdvertBatch;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * One table, built from the log's start and kept in step until the log is no longer what was read. Confined to one thread;
 * owns neither.
 */
final class TablePass {
    private final Sizes sizes;
    private final TableLog log;
    private final AdvertTable table;
    private final Consumer<AdvertTable> onShown;
    private final Consumer<AdvertTable> onNews;
    private final Doubts doubts;
    private final ReadAhead ahead;
    private final Gaps gaps = new Gaps();
    private AdvertBatch batch;
    /** Is being applied, or was. */
    private AdvertBatch other;

    private boolean more;
    private boolean news;
    private long missed;
    private boolean shown;

    /**
     * How much goes at a time.
     *
     * @param poll the most records that the consumer gives
     * @param batch records that one thread hands to another: both are at once in the caches of two cores
     */
    record Sizes(int poll, int batch) {
        static final Sizes OF_KAFKA = new Sizes(KafkaClients.POLL_RECORDS, 8_192);
    }

    /**
     * A pass that has read nothing.
     *
     * @param table empty
     * @param doubts of all passes of one reader
     * @param ahead applies full batches while more is read; what is less the reading thread applies itself
     * @param onShown told once, when all is read that was there at the start
     * @param onNews told then, and after each later batch
     */
    TablePass(
            TableLog log,
            AdvertTable table,
            Sizes sizes,
            Doubts doubts,
            ReadAhead ahead,
            Consumer<AdvertTable> onShown,
            Consumer<AdvertTable> onNews) {
        this.sizes = sizes;
        this.batch = new AdvertBatch(sizes.batch());
        this.other = new AdvertBatch(sizes.batch());
        this.doubts = doubts;
        this.ahead = ahead;
        this.log = log;
        this.table = table;
        this.onShown = onShown;
        this.onNews = onNews;
    }

    /** Reads on, waiting a short while for news; why the table must be built anew, empty while it need not be. */
    Optional<String> step() {
        var end = log.ended(shown);
        if (end.isPresent()) {
            return end;
        }
        return shown ? follow() : catchUp();
    }

    private Optional<String> catchUp() {
        var messages = log.poll();
        var before = batch;
        take(messages);
        // Where each partition stands is not asked after each poll: that costs as much as some hundred records.
        if ((before != batch || !hasMore(messages)) && log.caughtUp()) {
            finish();
            shown = true;
            onShown.accept(table);
            onNews.accept(table);
        }
        return Optional.empty();
    }

    private Optional<String> follow() {
        // What is decoded and not applied yet does not wait for what may not come.
        var messages = more ? log.pollNow() : log.poll();
        more = hasMore(messages);
        for (var partition : messages.partitions()) {
            missed += gaps.before(partition, messages.records(partition));
        }
        take(messages);
        if (more) {
            return doubt();
        }
        if (finish()) {
            onNews.accept(table);
        } else {
            table.idle();
        }
        return doubt();
    }

    /** Whether that is likely not all that has come. */
    private boolean hasMore(ConsumerRecords<byte[], byte[]> polled) {
        return polled.count() >= sizes.poll();
    }

    /** Decodes what was read while it is in this core's cache. */
    private void take(ConsumerRecords<byte[], byte[]> messages) {
        news |= !messages.isEmpty();
        for (var message : messages) {
            if (batch.isFull()) {
                handOver();
            }
            batch.add(message.key(), message.value(), message.timestamp());
        }
    }

    /** One batch is applied while the next one is fetched and decoded. */
    private void handOver() {
        var full = batch;
        boolean live = shown;
        ahead.then(() -> table.apply(full, live));
        batch = other;
        batch.clear();
        other = full;
    }

    /** All is applied that was read; whether that was anything since the last time. */
    private boolean finish() {
        ahead.await();
        table.apply(batch, shown);
        batch.clear();
        table.missed(missed);
        missed = 0;
        boolean any = news;
        news = false;
        return any;
    }

    private Optional<String> doubt() {
        return table.doubt().filter(doubts::isNew).map(TablePass::reason);
    }

    private static String reason(Doubt doubt) {
        return "a holder speaks under a lower incarnation than " + doubt.incarnation() + ", which has fallen silent";
    }
}
