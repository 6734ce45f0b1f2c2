package dev.kvcachepool.operator.probe;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.kvcachepool.crds.Adverts;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.PoolContext;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Makes or verifies the topics of pools. Pools of the same brokers share a client. Thread-safe. */
public final class Brokers implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int PAIR = 2;

    private record Cluster(Admin admin, TopicCatalog topics) {
        static Cluster of(KafkaClients login) {
            var admin = login.admin();
            return new Cluster(admin, TopicCatalog.of(admin, TIMEOUT));
        }
    }

    private final Cache<KafkaClients, Cluster> clusters = Caffeine.newBuilder()
            .expireAfterAccess(Duration.ofMinutes(5))
            .maximumSize(256)
            .evictionListener(
                    (@Nullable KafkaClients key, @Nullable Cluster cluster, RemovalCause cause) -> close(cluster))
            .build();

    /** Pairs of topics whose settings were right of late, by the topics' ids, which no two topics share. */
    private final Cache<Set<Uuid>, Boolean> right = Caffeine.newBuilder()
            .expireAfterWrite(Duration.ofMinutes(1))
            .maximumSize(8192)
            .build();

    /**
     * An answer of the brokers.
     *
     * @param unreachable why there is none
     * @param wrong what is wrong with the topics' settings
     */
    record Answer(Optional<String> unreachable, Optional<String> wrong) {}

    Answer ensureTopics(KVCachePool pool, KafkaClients login) {
        var adverts = pool.getSpec().adverts();
        var replication = adverts.replication() == null ? -1 : adverts.replication();
        var settings = new TopicSettings(adverts.partitions(), (short) replication);
        try {
            var cluster = clusters.get(login, Cluster::of);
            var wrong = ensure(cluster, settings, PoolContext.topics(pool))
                    .map(sentence -> advice(sentence, "spec.adverts.topics"));
            var next = adverts.next();
            if (next != null && wrong.isEmpty()) {
                wrong = ensure(
                                cluster,
                                new TopicSettings(next.partitions(), (short) replication),
                                new AdvertTopics(next.nodes(), next.blocks()))
                        .map(sentence -> advice(sentence, "spec.adverts.next"));
            }
            return new Answer(Optional.empty(), wrong);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            return new Answer(Optional.of(unreachable(adverts, login, e)), Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(Optional.of("the operator is stopping"), Optional.empty());
        }
    }

    /** Topics are looked for each time, their settings once a minute: those are many, and change by hand only. */
    private Optional<String> ensure(Cluster cluster, TopicSettings settings, AdvertTopics topics)
            throws InterruptedException, ExecutionException, TimeoutException {
        var ids = cluster.topics().ids(new HashSet<>(List.of(topics.nodes(), topics.blocks())));
        if (ids.size() < PAIR) {
            ids = settings.make(cluster.admin(), topics, TIMEOUT);
        }
        if (right.getIfPresent(ids) != null) {
            return Optional.empty();
        }
        var wrong = TopicSettings.verify(cluster.admin(), topics, TIMEOUT);
        if (wrong.isEmpty() && ids.size() == PAIR) {
            right.put(ids, true);
        }
        return wrong;
    }

    private static String advice(String wrong, String field) {
        return wrong + ": change the topic's configuration, or name other topics in " + field;
    }

    private static String unreachable(Adverts adverts, KafkaClients login, Exception failure) {
        var where = adverts.strimzi() == null
                ? adverts.servers() + " (spec.adverts.bootstrapServers)"
                : login.bootstrapServers() + " (spec.adverts.strimzi)";
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        var what = cause instanceof TimeoutException
                ? "no answer within " + TIMEOUT.toSeconds() + " s"
                : cause.getMessage();
        return "Kafka at " + where + " refuses or does not answer: " + what
                + ". Check the address, the network policies and the credentials; nodes serve on and advertise once it"
                + " is back";
    }

    private static void close(@Nullable Cluster cluster) {
        if (cluster != null) {
            cluster.admin().close(Duration.ZERO);
        }
    }

    @Override
    public void close() {
        clusters.asMap().values().forEach(Brokers::close);
        clusters.invalidateAll();
    }
}
