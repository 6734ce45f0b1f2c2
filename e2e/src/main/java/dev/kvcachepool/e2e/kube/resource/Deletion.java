package dev.kvcachepool.e2e.kube.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.model.ResourceTypes;
import dev.kvcachepool.e2e.kube.store.ObjectStore;
import java.time.Instant;
import java.util.Set;

/**
 * Deletes: at once where nothing holds the object, else it is marked and goes when its last finalizer does, its node
 * says that the pod has ended (a deletion with grace 0), or, for namespaces and definitions, they are empty.
 */
final class Deletion {
    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";
    /** What holds a CustomResourceDefinition until its objects are gone. */
    static final String INSTANCES = "customresourcecleanup.apiextensions.k8s.io";

    private static final int POD_GRACE = 30;
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private final ObjectStore store;
    private final Updates updates;
    private final Commits commits;

    Deletion(ObjectStore store, Updates updates, Commits commits) {
        this.store = store;
        this.updates = updates;
        this.commits = commits;
    }

    /** The object as it is after that. */
    ObjectNode delete(Target target, DeleteOptions options) {
        return store.locked(() -> {
            var type = target.type();
            var old = updates.existing(type, target.key());
            Metadata.checkVersion(type, old, options.preconditions());
            var now = old.deepCopy();
            hold(type, now, options);
            var grace = type.is("pods") ? grace(old, options) : 0;
            var waits = grace > 0 || !Metadata.finalizers(now).isEmpty() || type.is("namespaces");
            if (!waits) {
                return commits.remove(type, old, options.write());
            }
            mark(type, now, grace);
            return commits.update(type, old, now, options.write());
        });
    }

    private static void hold(ResourceType type, ObjectNode object, DeleteOptions options) {
        switch (options.propagation()) {
            case FOREGROUND -> Metadata.addFinalizer(object, FOREGROUND);
            case ORPHAN -> Metadata.addFinalizer(object, ORPHAN);
            case BACKGROUND -> {}
        }
        if (type.is(ResourceTypes.DEFINITIONS) && !Metadata.deleting(object)) {
            Metadata.addFinalizer(object, INSTANCES);
        }
    }

    /** A deletion that is under way may be made shorter, never longer. */
    private static void mark(ResourceType type, ObjectNode object, long grace) {
        var metadata = Json.child(object, "metadata");
        var already = Metadata.deleting(object);
        if (already && grace >= metadata.path("deletionGracePeriodSeconds").asLong()) {
            return;
        }
        metadata.put("deletionTimestamp", Json.time(Instant.now().plusSeconds(grace)));
        metadata.put("deletionGracePeriodSeconds", grace);
        if (!already) {
            Metadata.bumpGeneration(object);
        }
        if (type.is("namespaces")) {
            Json.child(object, "status").put("phase", "Terminating");
        }
    }

    /** Only a pod that is on a node and hasn't ended gets time to end. */
    private static long grace(ObjectNode pod, DeleteOptions options) {
        var ended = Json.text(pod, "spec", "nodeName").isEmpty() || ENDED.contains(Json.text(pod, "status", "phase"));
        var own = Json.at(pod, "spec", "terminationGracePeriodSeconds").asLong(POD_GRACE);
        return ended ? 0 : options.gracePeriodSeconds().orElse(own);
    }
}
