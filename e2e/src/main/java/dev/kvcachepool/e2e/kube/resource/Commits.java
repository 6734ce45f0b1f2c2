package dev.kvcachepool.e2e.kube.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.store.ObjectKey;
import dev.kvcachepool.e2e.kube.store.ObjectStore;

/** The last step of every write: nothing for a dry run or where nothing changed, else the store. */
final class Commits {
    private final ObjectStore store;
    private final WriteCounts counts;

    Commits(ObjectStore store, WriteCounts counts) {
        this.store = store;
        this.counts = counts;
    }

    ObjectNode create(ResourceType type, ObjectNode object, WriteOptions options) {
        if (options.dryRun()) {
            return object;
        }
        counts.add(options.manager());
        return store.put(type, object);
    }

    /** The object goes for good when its deletion only waited for its last finalizer. */
    ObjectNode update(ResourceType type, ObjectNode old, ObjectNode now, WriteOptions options) {
        if (options.dryRun() || old.equals(now)) {
            return options.dryRun() ? now : old;
        }
        counts.add(options.manager());
        if (!Metadata.finalizers(old).isEmpty() && finished(type, now)) {
            return store.remove(type, ObjectKey.of(now));
        }
        return store.put(type, now);
    }

    ObjectNode remove(ResourceType type, ObjectNode old, WriteOptions options) {
        if (options.dryRun()) {
            return old;
        }
        counts.add(options.manager());
        return store.remove(type, ObjectKey.of(old));
    }

    /** Pods also wait for the word of their node, namespaces until they are empty. */
    private static boolean finished(ResourceType type, ObjectNode object) {
        var waits = type.is("namespaces")
                || object.path("metadata").path("deletionGracePeriodSeconds").asLong() > 0;
        return Metadata.deleting(object) && Metadata.finalizers(object).isEmpty() && !waits;
    }
}
