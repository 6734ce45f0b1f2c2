package dev.kvcachepool.operator.probe;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.ChildLabels;
import dev.kvcachepool.operator.desired.DesiredHash;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes objects of kinds of which no informer is kept. One that somebody else made is left as it is; one that another pool made
 * gets this pool as one more owner, so that it goes with the last of them. What is as it shall be is not written. Thread-safe.
 */
final class OwnedObjects {
    private final KubernetesClient client;
    private final String fieldManager;
    private final BiConsumer<KVCachePool, String> told;

    /** @param told of each object that was written, in words */
    OwnedObjects(KubernetesClient client, String fieldManager, BiConsumer<KVCachePool, String> told) {
        this.client = client;
        this.fieldManager = fieldManager;
        this.told = told;
    }

    /** The object as it is now; null where it is not there and {@code writing} is false. */
    @Nullable
    GenericKubernetesResource bring(KVCachePool pool, GenericKubernetesResource wanted, boolean writing) {
        var there = client.genericKubernetesResources(wanted.getApiVersion(), wanted.getKind())
                .inNamespace(wanted.getMetadata().getNamespace())
                .withName(wanted.getMetadata().getName())
                .get();
        if (!writing) {
            return there;
        }
        if (there == null) {
            return apply(pool, "created", wanted);
        }
        if (!isOperators(there)) {
            return there;
        }
        if (isAnothers(pool, there)) {
            return owns(pool, there) ? there : join(pool, there, wanted);
        }
        return isAsWanted(there, wanted) ? there : apply(pool, "updated", wanted);
    }

    private GenericKubernetesResource apply(KVCachePool pool, String verb, GenericKubernetesResource wanted) {
        var applied = client.resource(DesiredHash.mark(wanted))
                .fieldManager(fieldManager)
                .forceConflicts()
                .serverSideApply();
        told.accept(
                pool, verb + " " + wanted.getKind() + " " + wanted.getMetadata().getName());
        return applied;
    }

    private GenericKubernetesResource join(
            KVCachePool pool, GenericKubernetesResource there, GenericKubernetesResource wanted) {
        var joined = client.resource(there)
                .edit(object -> new GenericKubernetesResourceBuilder(object)
                        .editMetadata()
                        .addAllToOwnerReferences(wanted.getMetadata().getOwnerReferences())
                        .endMetadata()
                        .build());
        told.accept(
                pool,
                "shares " + there.getKind() + " " + there.getMetadata().getName() + " with the pool that made it");
        return joined;
    }

    private static boolean isOperators(GenericKubernetesResource object) {
        var labels = object.getMetadata().getLabels();
        return labels != null && ChildLabels.OPERATOR.equals(labels.get(ChildLabels.MANAGED_BY));
    }

    /** Whose it is says the first owner. */
    private static boolean isAnothers(KVCachePool pool, GenericKubernetesResource object) {
        var owners = owners(object);
        return !owners.isEmpty()
                && !owners.getFirst().getUid().equals(pool.getMetadata().getUid());
    }

    private static boolean owns(KVCachePool pool, GenericKubernetesResource object) {
        return owners(object).stream()
                .map(OwnerReference::getUid)
                .anyMatch(pool.getMetadata().getUid()::equals);
    }

    private static List<OwnerReference> owners(GenericKubernetesResource object) {
        var owners = object.getMetadata().getOwnerReferences();
        return owners == null ? List.of() : owners;
    }

    private static boolean isAsWanted(GenericKubernetesResource there, GenericKubernetesResource wanted) {
        return contains(there.getMetadata().getLabels(), wanted.getMetadata().getLabels())
                && contains(there.get("spec"), wanted.get("spec"));
    }

    /** Whether all that is wanted is there; others may have added to it. */
    private static boolean contains(@Nullable Object there, @Nullable Object wanted) {
        if (there instanceof Map<?, ?> has && wanted instanceof Map<?, ?> wants) {
            return wants.entrySet().stream().allMatch(field -> contains(has.get(field.getKey()), field.getValue()));
        }
        if (there instanceof List<?> has && wanted instanceof List<?> wants) {
            return has.size() == wants.size()
                    && IntStream.range(0, has.size()).allMatch(i -> contains(has.get(i), wants.get(i)));
        }
        return Objects.equals(String.valueOf(there), String.valueOf(wanted));
    }
}
