package dev.kvcachepool.engine.app;

import dev.kvcachepool.commandline.FlagTypes;
import dev.kvcachepool.engine.blend.BlendSettings;
import dev.kvcachepool.engine.blend.HighestDeviation;
import dev.kvcachepool.engine.blend.RouterLookup;
import dev.kvcachepool.engine.blend.StoreEvents;
import dev.kvcachepool.engine.pool.ChunkKeys;
import dev.kvcachepool.engine.pool.ChunkWriter;
import dev.kvcachepool.engine.pool.NodeSink;
import dev.kvcachepool.engine.pool.NodeSource;
import dev.kvcachepool.engine.pool.PoolSettings;
import dev.kvcachepool.engine.pool.ReaderThread;
import dev.kvcachepool.engine.serve.CacheAccess;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of the way to a pool: a picocli mixin. */
final class PoolFlags {
    @Option(
            names = "--resp-socket",
            paramLabel = "PATH",
            description = "The --resp-socket of a cache-node on this host; default: no pool.")
    @Nullable
    Path respSocket;

    @Option(names = "--memory-socket", paramLabel = "PATH", description = "Its --memory-socket.")
    @Nullable
    Path memorySocket;

    @Option(names = "--resp-password-file", paramLabel = "FILE", description = "With the password that it asks for.")
    @Nullable
    Path passwordFile;

    @Option(
            names = "--pool-timeout",
            paramLabel = "TIME",
            defaultValue = "200ms",
            converter = FlagTypes.Time.class,
            description =
                    "To each wait for the pool: what one that is away costs a prompt at most. Default ${DEFAULT-VALUE}.")
    Duration timeout = Duration.ofMillis(200);

    @Option(
            names = "--chunk-tokens",
            paramLabel = "COUNT",
            defaultValue = "256",
            description = "Tokens a chunk, as the pool declares the model. Default ${DEFAULT-VALUE}.")
    int chunkTokens;

    @Option(
            names = "--store-queue",
            paramLabel = "COUNT",
            defaultValue = "1024",
            description = "Chunks that may wait to be stored; more are not stored. Default ${DEFAULT-VALUE}.")
    int storeQueue;

    @Option(
            names = "--router-url",
            paramLabel = "URL",
            description =
                    "Of a router whose POST /v1/blend-lookup finds text at any position; default: prefixes alone.")
    @Nullable
    URI router;

    @Option(
            names = "--recompute-share",
            paramLabel = "SHARE",
            defaultValue = "0.15",
            description = "Of what is reused at other positions, 0 to 1. Default ${DEFAULT-VALUE}.")
    double recomputeShare;

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            converter = FlagTypes.Brokers.class,
            description = "Brokers to say to what tokens stored chunks cover; default: nobody is told.")
    @Nullable
    String kafka;

    @Option(
            names = "--lmcache-events-topic",
            paramLabel = "TOPIC",
            defaultValue = "lmcache-cache-events",
            converter = FlagTypes.TopicName.class,
            description = "The topic for that, which routers follow. Default ${DEFAULT-VALUE}.")
    String topic = "";

    @Option(
            names = "--instance",
            paramLabel = "NAME",
            defaultValue = "engine",
            description = "This engine's name there. Default ${DEFAULT-VALUE}.")
    String instance = "";

    /** The way to the pool that is asked for; null for none. */
    @Nullable
    CacheAccess open(String model, int bytesPerToken) throws IOException {
        if (respSocket == null || memorySocket == null) {
            if (respSocket != null || memorySocket != null) {
                throw new IllegalArgumentException(
                        "--resp-socket and --memory-socket are given together or not at all");
            }
            return null;
        }
        if (chunkTokens < 1 || storeQueue < 1) {
            throw new IllegalArgumentException("--chunk-tokens is " + chunkTokens + " and --store-queue " + storeQueue
                    + ", allowed is 1 at least");
        }
        var password =
                passwordFile == null ? null : Files.readString(passwordFile).strip();
        var settings = new PoolSettings(respSocket, memorySocket, password, timeout);
        var keys = new ChunkKeys(model, chunkTokens);
        return new CacheAccess(
                keys,
                new ReaderThread(new NodeSource(settings), timeout.toNanos()),
                new ChunkWriter(new NodeSink(settings), storeQueue, events(keys, bytesPerToken)),
                blend(keys));
    }

    private Consumer<ChunkWriter.Chunk> events(ChunkKeys keys, int bytesPerToken) {
        if (kafka == null) {
            return chunk -> {};
        }
        var producer = KafkaClients.of(kafka).producer();
        return new StoreEvents(producer, topic, instance, keys, bytesPerToken, InstantSource.system());
    }

    private @Nullable BlendSettings blend(ChunkKeys keys) {
        return router == null
                ? null
                : new BlendSettings(
                        new RouterLookup(router, keys, timeout),
                        new HighestDeviation(recomputeShare),
                        2 * keys.chunkTokens());
    }
}
