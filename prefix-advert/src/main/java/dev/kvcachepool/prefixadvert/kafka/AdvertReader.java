package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.index.PrefixIndex;
import dev.kvcachepool.prefixadvert.table.AdvertStats;
import dev.kvcachepool.prefixadvert.table.AdvertTable;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.table.Silence;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/**
 * Follows both tables of a pool: reads them from their start, then on and on.
 *
 * <p>What is shown is one table after another: when the topics are no longer what was read (made anew, more partitions,
 * an offset that is gone, a reader that was behind for too long), a second table is built from zero while the first goes on answering, and they are swapped once
 * the second has caught up. While the broker is away the last table stays. {@link #ready} means that a table has reached
 * the end offsets seen at its start.
 *
 * <p>One thread of its own reads, and a second applies while there is more to read than a poll gives; all methods may be called by any thread and never wait for the broker.
 */
public final class AdvertReader implements AdvertView, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(AdvertReader.class);
    private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(5);
    private static final long RETRY_MILLIS = 1_000;
    private static final ThreadFactory APPLIER =
            Thread.ofPlatform().name("advert-applier").daemon().factory();

    private final KafkaClients clients;
    private final AdvertTopics topics;
    private final List<String> names;
    private final TopicSettings settings;
    private final Supplier<PrefixIndex> indexes;
    private final InstantSource clock;
    private final Silence silence;
    private final Predicate<NodeRow> wanted;
    private final Consumer<AdvertTable> onNews;
    private final Doubts doubts = new Doubts(System::nanoTime);
    private final Thread thread;
    private volatile AdvertTable table;
    private volatile AdvertStats earlier = AdvertStats.NONE;
    private volatile boolean ready;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String trouble = "";

    /**
     * A reader that does nothing until {@link #start}.
     *
     * @param indexes makes an empty index for each table built
     */
    public AdvertReader(
            KafkaClients clients,
            AdvertTopics topics,
            TopicSettings settings,
            Supplier<PrefixIndex> indexes,
            InstantSource clock) {
        this(clients, topics, settings, indexes, clock, Silence.DEFAULT);
    }

    /** The same with another patience for holders that say nothing. */
    public AdvertReader(
            KafkaClients clients,
            AdvertTopics topics,
            TopicSettings settings,
            Supplier<PrefixIndex> indexes,
            InstantSource clock,
            Silence silence) {
        this(clients, topics, settings, indexes, clock, silence, row -> true);
    }

    /**
     * The same, of some holders' blocks only.
     *
     * @param wanted says of a holder's row whether its blocks are indexed, the same for all rows of an incarnation
     */
    public AdvertReader(
            KafkaClients clients,
            AdvertTopics topics,
            TopicSettings settings,
            Supplier<PrefixIndex> indexes,
            InstantSource clock,
            Silence silence,
            Predicate<NodeRow> wanted) {
        this(
                clients,
                topics,
                List.of(topics.nodes(), topics.blocks()),
                settings,
                indexes,
                clock,
                silence,
                wanted,
                table -> {});
    }

    /**
     * A reader of some of the topics.
     *
     * @param names of the topics that are read
     * @param onNews told after each batch that was applied, once the table is shown
     */
    AdvertReader(
            KafkaClients clients,
            AdvertTopics topics,
            List<String> names,
            TopicSettings settings,
            Supplier<PrefixIndex> indexes,
            InstantSource clock,
            Silence silence,
            Predicate<NodeRow> wanted,
            Consumer<AdvertTable> onNews) {
        this.clients = clients;
        this.topics = topics;
        this.names = names;
        this.onNews = onNews;
        this.settings = settings;
        this.indexes = indexes;
        this.clock = clock;
        this.silence = silence;
        this.wanted = wanted;
        this.table = new AdvertTable(indexes.get(), clock, silence, wanted);
        this.thread = Thread.ofPlatform().name("advert-reader").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!isClosed()) {
                readOnce();
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("the advert reader was stopped");
        }
    }

    private void readOnce() throws InterruptedException {
        try (var log = TableLog.open(clients, topics, names, settings, ADMIN_TIMEOUT)) {
            log.topicTrouble().ifPresent(this::report);
            follow(log);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            report("cannot read the advert topics: " + rootMessage(e));
            var over = closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
            LOG.debugf("trying the advert topics again: %s", !over);
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Builds a table from the log's start and shows it once caught up; returns when it must be built anew. */
    private void follow(TableLog log) {
        var building = new AdvertTable(indexes.get(), clock, silence, wanted);
        try (var applying = Executors.newSingleThreadExecutor(APPLIER)) {
            var pass = new TablePass(
                    log, building, TablePass.Sizes.OF_KAFKA, doubts, new ReadAhead(applying), this::show, onNews);
            while (!isClosed()) {
                var end = pass.step();
                if (end.isPresent()) {
                    LOG.warnf("%s; building the advert table anew", end.get());
                    return;
                }
            }
        }
    }

    private void show(AdvertTable complete) {
        if (ready) {
            earlier = stats().afterRebuild();
        }
        table = complete;
        ready = true;
        trouble = "";
        LOG.infof(
                "advert tables read: %d holders, %d blocks",
                complete.holders().size(), complete.index().blocks());
    }

    private void report(String message) {
        if (!message.equals(trouble)) {
            trouble = message;
            LOG.warn(message);
        }
    }

    private static String rootMessage(Throwable error) {
        var cause = error;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    @Override
    public boolean ready() {
        return ready;
    }

    /** What keeps the reader from the topics, one sentence; empty when all is well. */
    public String trouble() {
        return trouble;
    }

    @Override
    public PrefixIndex index() {
        return table.index();
    }

    @Override
    public List<HolderView> holders() {
        return table.holders();
    }

    @Override
    public Optional<HolderView> holder(HolderId id) {
        return table.holder(id);
    }

    @Override
    public AdvertStats stats() {
        return earlier.plus(table.stats());
    }

    /** Stops reading, within the time of one poll; what was read stays readable. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }
}
