package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.table.AdvertTable;
import dev.kvcachepool.prefixadvert.table.Doubt;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One table, built from the log's start and kept in step until the log is no longer what was read. Confined to one thread;
 * owns neither.
 */
final class TablePass {
    private final TableLog log;
    private final AdvertTable table;
    private final Consumer<AdvertTable> onShown;
    private final Consumer<AdvertTable> onNews;
    private final Doubts doubts;
    private final ReadAhead ahead;
    private final Gaps gaps = new Gaps();
    private boolean shown;

    /**
     * A pass that has read nothing.
     *
     * @param table empty
     * @param doubts of all passes of one reader
     * @param ahead applies what was read while the log's start is read; afterwards the reading thread does
     * @param onShown told once, when all is read that was there at the start
     * @param onNews told then, and after each later batch
     */
    TablePass(
            TableLog log,
            AdvertTable table,
            Doubts doubts,
            ReadAhead ahead,
            Consumer<AdvertTable> onShown,
            Consumer<AdvertTable> onNews) {
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

    /** The log's start is much at once: one batch is applied while the next one is fetched and unpacked. */
    private Optional<String> catchUp() {
        var messages = log.poll();
        if (!messages.isEmpty()) {
            ahead.then(() -> TableLog.apply(messages, table, false));
        }
        if (log.caughtUp()) {
            ahead.await();
            shown = true;
            onShown.accept(table);
            onNews.accept(table);
        }
        return Optional.empty();
    }

    private Optional<String> follow() {
        var messages = log.poll();
        if (messages.isEmpty()) {
            table.idle();
        } else {
            for (var partition : messages.partitions()) {
                table.missed(gaps.before(partition, messages.records(partition)));
            }
            TableLog.apply(messages, table, true);
            onNews.accept(table);
        }
        return table.doubt().filter(doubts::isNew).map(TablePass::reason);
    }

    private static String reason(Doubt doubt) {
        return "a holder speaks under a lower incarnation than " + doubt.incarnation() + ", which has fallen silent";
    }
}
