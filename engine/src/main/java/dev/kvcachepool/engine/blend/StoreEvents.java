package dev.kvcachepool.engine.blend;

import dev.kvcachepool.bridges.lmcache.CacheEntry;
import dev.kvcachepool.bridges.lmcache.CacheEvent;
import dev.kvcachepool.bridges.lmcache.CacheEvent.Change;
import dev.kvcachepool.bridges.lmcache.CacheEvent.Level;
import dev.kvcachepool.bridges.lmcache.CacheEventJson;
import dev.kvcachepool.bridges.lmcache.CacheKey;
import dev.kvcachepool.engine.pool.ChunkKeys;
import dev.kvcachepool.engine.pool.ChunkWriter.Chunk;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Says in LMCache's topic of cache events which tokens stored chunks cover, by which routers find them at any position. They
 * are prompts: who may read the topic may read them. A thread of its own; what does not fit into its queue is not said, and
 * its chunks are then found as prefixes only. Thread-safe.
 */
public final class StoreEvents implements Consumer<Chunk>, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(StoreEvents.class);
    private static final int MOST_WAITING = 4096;
    /** Rank 0 in a world of one. */
    private static final int KV_RANK = 0x01000100;

    private static final String BACKEND = "kvcachepool";

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final String instance;
    private final ChunkKeys keys;
    private final int tokenBytes;
    private final InstantSource clock;
    private final long incarnation;
    private final BlockingQueue<Chunk> queue = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread thread =
            Thread.ofPlatform().name("store-events").daemon().unstarted(this::run);
    private volatile boolean closed;
    private long sequence;

    /**
     * Starts to say what is stored.
     *
     * @param producer owned by this from now on
     * @param instance the engine's name in the events
     * @param tokenBytes of keys and values for each token
     */
    public StoreEvents(
            Producer<byte[], byte[]> producer,
            String topic,
            String instance,
            ChunkKeys keys,
            int tokenBytes,
            InstantSource clock) {
        this.producer = producer;
        this.topic = topic;
        this.instance = instance;
        this.keys = keys;
        this.tokenBytes = tokenBytes;
        this.clock = clock;
        this.incarnation = TimeUnit.MILLISECONDS.toMicros(clock.millis());
        thread.start();
    }

    @Override
    public void accept(Chunk chunk) {
        if (!queue.offer(chunk)) {
            LOG.debug("a chunk's tokens were not said: too many wait");
        }
    }

    private void run() {
        while (!closed) {
            try {
                var chunk = queue.poll(100, TimeUnit.MILLISECONDS);
                if (chunk != null) {
                    send(chunk);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void send(Chunk chunk) {
        try {
            var _ = producer.send(
                    new ProducerRecord<>(
                            topic,
                            instance.getBytes(StandardCharsets.UTF_8),
                            CacheEventJson.encode(List.of(event(chunk)))),
                    (metadata, failure) -> {
                        if (failure != null) {
                            LOG.debugf(failure, "a chunk's tokens were not said in %s", topic);
                        }
                    });
        } catch (KafkaException e) {
            LOG.debugf(e, "a chunk's tokens were not said in %s", topic);
        }
    }

    private CacheEvent event(Chunk chunk) {
        var key = new CacheKey(keys.hash(chunk.key()), keys.model(), KV_RANK, 0, chunk.salt());
        var tokens = Arrays.copyOfRange(chunk.tokens(), chunk.from(), chunk.from() + chunk.count());
        var entry = new CacheEntry(key, (long) tokenBytes * chunk.count(), tokens, chunk.from());
        sequence++;
        // Behind the engine, and shared: what the pool holds is no memory of this engine's own.
        return new CacheEvent(
                instance,
                incarnation,
                sequence,
                Change.STORE,
                Level.L2,
                BACKEND,
                List.of(entry),
                true,
                clock.millis() / 1e3,
                -1,
                -1);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}
