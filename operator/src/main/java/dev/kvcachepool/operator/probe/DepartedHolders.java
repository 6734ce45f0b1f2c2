package dev.kvcachepool.operator.probe;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.ChildNames;
import dev.kvcachepool.operator.probe.RouterIndex.Holder;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Which cache-nodes that a router still lists can't come back: in a Pooled pool those of an ordinal that the StatefulSet no
 * longer has, once their pod is gone; in a NodeLocal one those of a Kubernetes node that was deleted. What the operator did
 * not name itself it says nothing of. Pure.
 */
final class DepartedHolders {
    private static final Pattern ORDINAL = Pattern.compile("0|[1-9][0-9]{0,8}");

    private final KVCachePool pool;
    private final Cluster cluster;

    DepartedHolders(KVCachePool pool, Cluster cluster) {
        this.pool = pool;
        this.cluster = cluster;
    }

    /** What the API server says. */
    interface Cluster {
        /** Of the pool's StatefulSet; empty where there is none, or it can't be known. */
        OptionalInt replicas();

        /** Whether there certainly is no such pod in the pool's namespace. */
        boolean lacksPod(String name);

        /** Whether there certainly is no such Kubernetes node. */
        boolean lacksNode(String name);
    }

    /** Those that a router would believe it of: it refuses to take one for gone that speaks. */
    List<Holder> among(List<Holder> holders) {
        return holders.stream()
                .filter(holder -> !holder.isGone() && !holder.speaks() && hasLeft(holder))
                .toList();
    }

    private boolean hasLeft(Holder holder) {
        var prefix = pool.getMetadata().getUid() + ".";
        if (!holder.id().startsWith(prefix)) {
            return false;
        }
        var name = holder.id().substring(prefix.length());
        return switch (pool.getSpec().placement()) {
            case Pooled -> isBeyond(name);
            case NodeLocal -> cluster.lacksNode(name);
            case Sidecar -> cluster.lacksPod(name);
        };
    }

    private boolean isBeyond(String pod) {
        var prefix = ChildNames.of(pool).nodes() + "-";
        if (!pod.startsWith(prefix)) {
            return false;
        }
        var ordinal = pod.substring(prefix.length());
        var replicas = cluster.replicas();
        return ORDINAL.matcher(ordinal).matches()
                && replicas.isPresent()
                && Integer.parseInt(ordinal) >= replicas.getAsInt()
                && cluster.lacksPod(pod);
    }
}
