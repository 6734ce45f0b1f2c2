package dev.kvcachepool.operator.probe;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Which topics a Kafka cluster has, as one login sees it, asked for many pools in one request.
 *
 * <p>An answer serves for a second, whoever asks. When one is needed anew, all topics whose turn comes within that second are asked
 * for along with it, as probes come back every {@link Probe#PERIOD}: a thousand pools take a request a second, not a hundred.
 * That a topic is gone is noticed a second later for that. Topics that are missing are asked for each time. A cluster that does
 * not answer is waited for once: who came meanwhile, and within the next second, is told the same. Thread-safe.
 */
final class TopicCatalog {
    static final Duration FRESH = Duration.ofSeconds(1);
    /** Since a topic was asked for, until it is about to be asked for again. */
    private static final Duration DUE = Probe.PERIOD.minus(FRESH);
    /** What nobody has asked for so long belongs to no pool any more. */
    private static final Duration FORGOTTEN = Probe.PERIOD.multipliedBy(3);

    /** How a cluster is asked. */
    interface Cluster {
        /**
         * Looks for topics; the answer lacks those that are not there.
         *
         * @throws TimeoutException if the cluster does not answer in time
         */
        Map<String, Look> describe(Set<String> names) throws InterruptedException, TimeoutException;
    }

    /** A topic's id, or why the cluster does not tell it: one of the two is null. */
    record Look(@Nullable Uuid id, @Nullable ExecutionException refusal) {
        static Look there(Uuid id) {
            return new Look(id, null);
        }

        static Look refused(ExecutionException refusal) {
            return new Look(null, refusal);
        }
    }

    private static final class Known {
        private Look look;
        private long looked;
        private long asked;

        Known(Look look, long now) {
            this.look = look;
            this.looked = now;
            this.asked = now;
        }
    }

    private record Silence(TimeoutException failure, long since) {}

    private final Cluster cluster;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Known> topics = new HashMap<>();
    private @Nullable Silence silence;

    /** @param nanos time from any origin */
    TopicCatalog(Cluster cluster, LongSupplier nanos) {
        this.cluster = cluster;
        this.nanos = nanos;
    }

    /** Of a real cluster. */
    static TopicCatalog of(Admin admin, Duration timeout) {
        return new TopicCatalog(names -> describe(admin, names, timeout), System::nanoTime);
    }

    /**
     * The ids of those among the topics that are there.
     *
     * @throws ExecutionException if the cluster refuses to tell of one of them
     * @throws TimeoutException if it does not answer
     */
    Set<Uuid> ids(Set<String> names) throws InterruptedException, ExecutionException, TimeoutException {
        var came = nanos.getAsLong();
        lock.lockInterruptibly();
        try {
            lookFor(names, came);
            var ids = new HashSet<Uuid>();
            for (var name : names) {
                var known = topics.get(name);
                if (known == null) {
                    continue;
                }
                known.asked = nanos.getAsLong();
                var look = known.look;
                if (look.refusal() != null) {
                    throw look.refusal();
                }
                if (look.id() != null) {
                    ids.add(look.id());
                }
            }
            return ids;
        } finally {
            lock.unlock();
        }
    }

    private void lookFor(Set<String> names, long came) throws InterruptedException, TimeoutException {
        var now = nanos.getAsLong();
        var due = new HashSet<>(names);
        due.removeIf(name -> topics.containsKey(name) && now - topics.get(name).looked < FRESH.toNanos());
        if (due.isEmpty()) {
            return;
        }
        var silent = silence;
        if (silent != null && came - silent.since() < FRESH.toNanos()) {
            throw silent.failure();
        }
        topics.values().removeIf(known -> now - known.asked > FORGOTTEN.toNanos());
        topics.forEach((name, known) -> {
            if (now - known.asked >= DUE.toNanos()) {
                due.add(name);
            }
        });
        note(due, now);
    }

    private void note(Set<String> due, long now) throws InterruptedException, TimeoutException {
        try {
            var looks = cluster.describe(due);
            topics.keySet().removeIf(name -> due.contains(name) && !looks.containsKey(name));
            looks.forEach((name, look) -> {
                var known = topics.computeIfAbsent(name, _ -> new Known(look, now));
                known.look = look;
                known.looked = now;
            });
        } catch (TimeoutException e) {
            silence = new Silence(e, nanos.getAsLong());
            throw e;
        }
    }

    private static Map<String, Look> describe(Admin admin, Set<String> names, Duration timeout)
            throws InterruptedException, TimeoutException {
        var end = System.nanoTime() + timeout.toNanos();
        var looks = new HashMap<String, Look>();
        for (var topic : admin.describeTopics(names).topicNameValues().entrySet()) {
            try {
                var left = Math.max(0, end - System.nanoTime());
                looks.put(
                        topic.getKey(),
                        Look.there(
                                topic.getValue().get(left, TimeUnit.NANOSECONDS).topicId()));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    looks.put(topic.getKey(), Look.refused(e));
                }
            }
        }
        return looks;
    }
}
