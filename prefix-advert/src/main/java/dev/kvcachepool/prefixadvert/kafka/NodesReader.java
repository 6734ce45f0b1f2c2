package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.table.Silence;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/**
 * Follows the nodes table alone, for whoever needs to know who is there and not what they hold.
 *
 * <p>The listener gets all holders, in the order of their ids: once the table has been read to its end, and after each
 * batch of news. It is called on the reader's thread, which reads no further meanwhile. While the broker is away it is
 * not called.
 */
public final class NodesReader implements AutoCloseable {
    private final AdvertReader reader;

    /** A reader that does nothing until {@link #start}. */
    public NodesReader(
            KafkaClients clients,
            AdvertTopics topics,
            TopicSettings settings,
            InstantSource clock,
            Consumer<List<HolderView>> listener) {
        this.reader = new AdvertReader(
                clients,
                topics,
                List.of(topics.nodes()),
                settings,
                FlatPrefixIndex::new,
                clock,
                Silence.DEFAULT,
                row -> true,
                table -> listener.accept(table.holders()));
    }

    public void start() {
        reader.start();
    }

    /** What keeps the reader from the topic, one sentence; empty when all is well. */
    public String trouble() {
        return reader.trouble();
    }

    /** Stops reading, within the time of one poll. */
    @Override
    public void close() {
        reader.close();
    }
}
