package dev.kvcachepool.operator.probe;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.Strimzi;
import dev.kvcachepool.operator.desired.KafkaWay;
import dev.kvcachepool.operator.desired.KafkaWay.User;
import dev.kvcachepool.operator.desired.PoolContext;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.desired.StrimziObjects;
import dev.kvcachepool.operator.probe.Findings.Absent;
import dev.kvcachepool.operator.probe.StrimziKafka.Listener;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks Strimzi for the topics and the user of a pool, and looks what became of them. In this order, until something is missing:
 *
 * <ol>
 *   <li>the API, in its newest version that is served;
 *   <li>the Kafka resource and a listener that can be used;
 *   <li>the KafkaUser, where the listener asks who comes, and the KafkaTopics, written unless they are as they shall be;
 *   <li>the listener's address, and the Secret that Strimzi made for the user: from then on cache-nodes can be made;
 *   <li>that topics and user are ready.
 * </ol>
 *
 * What was there once is not taken away when something is missing later: running pods go on with what they have. Thread-safe.
 */
public final class StrimziProbe {
    private static final List<String> VERSIONS = List.of("v1", "v1beta2");
    private static final String FIELD = "spec.adverts.strimzi";

    private final KubernetesClient client;
    private final Apis apis;
    private final Release release;
    private final OwnedObjects objects;

    /**
     * A probe.
     *
     * @param fieldManager under which objects are written
     * @param told of each object that was written, in words
     */
    public StrimziProbe(
            KubernetesClient client,
            Apis apis,
            Release release,
            String fieldManager,
            BiConsumer<KVCachePool, String> told) {
        this.client = client;
        this.apis = apis;
        this.release = release;
        this.objects = new OwnedObjects(client, fieldManager, told);
    }

    /**
     * One look.
     *
     * @param writing whether objects are written; else they are only looked at
     */
    StrimziView look(KVCachePool pool, Strimzi strimzi, boolean writing) {
        var context = new PoolContext(pool, release);
        try {
            var version = VERSIONS.stream()
                    .map(name -> StrimziObjects.GROUP + "/" + name)
                    .filter(name -> apis.serve(name, "Kafka"))
                    .findFirst();
            return version.isEmpty()
                    ? StrimziView.lacks(
                            "StrimziMissing",
                            FIELD + " is given, and this cluster serves no Kafka of " + StrimziObjects.GROUP
                                    + ": install Strimzi, or name brokers in spec.adverts.bootstrapServers")
                    : kafka(context, strimzi, version.get(), writing);
        } catch (KubernetesClientException e) {
            return StrimziView.lacks(
                    "StrimziRefused",
                    "the API server refuses what " + FIELD + " needs (" + e.getCode() + ": " + e.getMessage()
                            + "): give the operator's ServiceAccount the ClusterRole of manifests/kustomize/base, or"
                            + " correct what the message names");
        }
    }

    private StrimziView kafka(PoolContext context, Strimzi strimzi, String version, boolean writing) {
        var pool = context.pool();
        var name = pool.getMetadata().getNamespace() + "/" + strimzi.cluster();
        var resource = client.genericKubernetesResources(version, "Kafka")
                .inNamespace(pool.getMetadata().getNamespace())
                .withName(strimzi.cluster())
                .get();
        if (resource == null) {
            return StrimziView.lacks(
                    "KafkaMissing",
                    "Kafka " + name + ", which " + FIELD + ".cluster names, does not exist: create it in the pool's"
                            + " namespace, or name brokers in spec.adverts.bootstrapServers");
        }
        var kafka = new StrimziKafka(resource);
        var listener = kafka.listener(strimzi.listener());
        if (listener.isEmpty() || !listener.get().usable()) {
            return StrimziView.lacks(
                    "ListenerUnusable",
                    "Kafka " + name + " has no listener " + (strimzi.listener() == null ? "" : strimzi.listener() + " ")
                            + "without authentication or with scram-sha-512; it has: " + kafka.told()
                            + ". Add one to the Kafka resource, or name another in " + FIELD + ".listener");
        }
        return objects(
                context, new StrimziObjects(context, version, strimzi.cluster()), kafka, listener.get(), writing);
    }

    private StrimziView objects(
            PoolContext context, StrimziObjects wanted, StrimziKafka kafka, Listener listener, boolean writing) {
        var pool = context.pool();
        var wrong = new ArrayList<Absent>();
        var user = listener.login() ? objects.bring(pool, wanted.user(kafka.authorized()), writing) : null;
        if (listener.login()) {
            told("KafkaUserNotReady", user, "KafkaUser", wrong);
        }
        for (var topic : wanted.topics(TopicSettings.settings())) {
            told("KafkaTopicNotReady", objects.bring(pool, topic, writing), "KafkaTopic", wrong);
        }
        if (listener.servers() == null) {
            wrong.addFirst(new Absent(
                    "KafkaNotReady",
                    "Kafka " + wanted.cluster() + " has no address of listener " + listener.name() + " yet"
                            + StrimziKafka.notReady(kafka.resource())
                                    .map(why -> " (" + why + ")")
                                    .orElse("")
                            + ": look at its status"));
        }
        return new StrimziView(way(wanted, listener, user), wrong);
    }

    private static @Nullable KafkaWay way(
            StrimziObjects wanted, Listener listener, @Nullable GenericKubernetesResource user) {
        var servers = listener.servers();
        if (servers == null) {
            return null;
        }
        var ca = listener.tls() ? wanted.cluster() + "-cluster-ca-cert" : null;
        return listener.login()
                ? login(user).map(known -> new KafkaWay(servers, ca, known)).orElse(null)
                : new KafkaWay(servers, ca, null);
    }

    private static Optional<User> login(@Nullable GenericKubernetesResource user) {
        return user != null
                        && user.<Object>get("status", "username") instanceof String name
                        && user.<Object>get("status", "secret") instanceof String secret
                ? Optional.of(new User(name, secret))
                : Optional.empty();
    }

    private static void told(
            String reason, @Nullable GenericKubernetesResource object, String kind, List<Absent> wrong) {
        if (object == null) {
            wrong.add(new Absent(reason, "the " + kind + " that the pool needs is not there, and the pool is paused"));
            return;
        }
        StrimziKafka.notReady(object)
                .ifPresent(why -> wrong.add(new Absent(
                        reason,
                        kind + " " + object.getMetadata().getName() + " is not ready (" + why
                                + "): look at it, and at the log of Strimzi's entity operator")));
    }
}
