package dev.kvcachepool.operator.desired;

import static java.util.Objects.requireNonNullElseGet;

import dev.kvcachepool.crds.Adverts;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.KVCachePoolSpec;
import dev.kvcachepool.crds.Placement;
import dev.kvcachepool.operator.desired.ChildLabels.Component;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pool and the release that makes its children: all that the functions of this package know.
 *
 * @param claims of the pool that are there
 * @param kafka how the pool's Kafka is reached where its specification leaves that to Strimzi
 * @param secrets what the workload that is to be made has noted of them
 * @param presentNodes how many cache-nodes a Pooled pool's StatefulSet has; null where there is none
 */
public record PoolContext(
        KVCachePool pool,
        Release release,
        List<PersistentVolumeClaim> claims,
        @Nullable KafkaWay kafka,
        SecretsMark secrets,
        @Nullable Integer presentNodes) {
    /** {@code https} follows with TLS; today probes, metrics and the router's API are plain. */
    static final int NODE_HTTP_PORT = 9400;

    static final int ROUTER_HTTP_PORT = 8080;

    /** What engines are to set PYTHONHASHSEED to; without it each of their processes may hash differently. */
    static final String HASH_SEED = "0";

    /** A pool without claims, or where they play no part. */
    public PoolContext(KVCachePool pool, Release release) {
        this(pool, release, List.of(), null, SecretsMark.NONE, null);
    }

    /**
     * The same for a workload.
     *
     * @param workload as it is; null where there is none
     * @param template of its pods; null where there is none
     */
    public PoolContext of(@Nullable HasMetadata workload, @Nullable PodTemplateSpec template, SecretsMark.Digest now) {
        return new PoolContext(pool, release, claims, kafka, SecretsMark.next(workload, template, now), presentNodes);
    }

    /** Whether the cache-nodes are parts of engines' pods. */
    public boolean isSidecar() {
        return spec().placement() == Placement.Sidecar;
    }

    KVCachePoolSpec spec() {
        return pool.getSpec();
    }

    /** How many cache-nodes a Pooled pool shall have, whoever decides on it. */
    int nodes() {
        return NodeCount.of(pool, presentNodes);
    }

    /** With the brokers' address, wherever it comes from. */
    Adverts adverts() {
        var adverts = spec().adverts();
        return kafka == null ? adverts : kafka.into(adverts);
    }

    ChildNames names() {
        return ChildNames.of(pool);
    }

    public String name() {
        return pool.getMetadata().getName();
    }

    String namespace() {
        return pool.getMetadata().getNamespace();
    }

    String uid() {
        return pool.getMetadata().getUid();
    }

    /** {@code namespace/name}, the pool's name on the command lines of nodes and routers. */
    String poolName() {
        return namespace() + "/" + name();
    }

    int respPort() {
        return spec().protocols().resp().port();
    }

    /** The port of {@code lm://}, null where it is not served. */
    @Nullable
    Integer lmPort() {
        var lm = spec().protocols().lm();
        return lm == null ? null : lm.port();
    }

    String nodeImage() {
        return requireNonNullElseGet(spec().image(), release::nodeImage);
    }

    String routerImage() {
        return requireNonNullElseGet(spec().router().image(), release::routerImage);
    }

    /** Name and labels of a child. */
    ObjectMeta metadata(String child, Component component) {
        return new ObjectMetaBuilder()
                .withName(child)
                .withNamespace(namespace())
                .withLabels(ChildLabels.of(pool, component))
                .build();
    }

    /** The topics' names, chosen or by default. */
    public static AdvertTopics topics(KVCachePool pool) {
        var chosen = pool.getSpec().adverts().topics();
        return chosen == null
                ? AdvertTopics.ofPool(pool.getMetadata().getNamespace() + "/"
                        + pool.getMetadata().getName())
                : new AdvertTopics(chosen.nodes(), chosen.blocks());
    }
}
