package dev.kvcachepool.e2e.kube.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.model.ResourceTypes;
import dev.kvcachepool.e2e.kube.store.Change;
import dev.kvcachepool.e2e.kube.store.ObjectKey;
import dev.kvcachepool.e2e.kube.store.ObjectStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sweeps up, on a thread of its own, after each change that may leave something behind. (1) Objects all of whose owners
 * are gone are deleted. (2) An object deleted in the foreground waits for those of its dependents that block it. (3) The
 * dependents of an orphaning one forget it. (4) A namespace, or a definition, that is being deleted is emptied. A sweep
 * looks at everything; what it changes brings on the next one.
 */
final class GarbageCollector implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(GarbageCollector.class.getName());
    private static final String NAME = "garbage-collector";
    private static final WriteOptions OPTIONS = new WriteOptions(NAME, false, false, false);

    private final ObjectStore store;
    private final ResourceTypes types;
    private final Deletion deletion;
    private final Commits commits;
    private final AtomicBoolean due = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("kube-" + NAME).factory());

    GarbageCollector(ObjectStore store, ResourceTypes types, Deletion deletion, Commits commits) {
        this.store = store;
        this.types = types;
        this.deletion = deletion;
        this.commits = commits;
        store.onChange(this::heed);
    }

    private void heed(Change change) {
        var owners = Json.at(change.object(), "metadata", "ownerReferences");
        var before = change.before().map(old -> Json.at(old, "metadata", "ownerReferences"));
        var matters = change.kind() == Change.Kind.DELETED
                || Metadata.deleting(change.object())
                || (!owners.isMissingNode() && !Optional.of(owners).equals(before));
        if (matters && !thread.isShutdown() && due.compareAndSet(false, true)) {
            thread.execute(this::sweep);
        }
    }

    private void sweep() {
        due.set(false);
        try {
            store.locked(() -> {
                round();
                return true;
            });
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a sweep of the in-memory API failed", e);
        }
    }

    private void round() {
        var dependents = new Dependents(store.everything());
        store.everything()
                .forEach((resource, objects) -> types.ofResource(resource).ifPresent(type -> {
                    for (var object : objects) {
                        // An earlier step of this round may have had it.
                        if (stillThere(resource, object)) {
                            visit(type, object, dependents);
                        }
                    }
                }));
    }

    private void visit(ResourceType type, ObjectNode object, Dependents dependents) {
        var gone = dependents.goneOwners(object);
        if (Metadata.deleting(object)) {
            finish(type, object, dependents);
        } else if (!gone.isEmpty()
                && gone.size() == Json.at(object, "metadata", "ownerReferences").size()) {
            delete(type, object, DeleteOptions.Propagation.BACKGROUND);
        } else if (!gone.isEmpty()) {
            forget(type, object, gone);
        }
    }

    private void finish(ResourceType type, ObjectNode object, Dependents dependents) {
        var finalizers = Metadata.finalizers(object);
        if (finalizers.contains(Deletion.ORPHAN)) {
            var uid = Json.text(object, "metadata", "uid");
            dependents.of(object).forEach(each -> typeOf(each).ifPresent(kind -> forget(kind, each, List.of(uid))));
            release(type, object, Deletion.ORPHAN);
        } else if (finalizers.contains(Deletion.FOREGROUND)) {
            foreground(type, object, dependents);
        } else if (type.is("namespaces")) {
            emptyNamespace(type, object);
        } else if (finalizers.contains(Deletion.INSTANCES)) {
            emptyDefinition(type, object);
        }
    }

    private void foreground(ResourceType type, ObjectNode object, Dependents dependents) {
        for (var dependent : dependents.of(object)) {
            var further = dependents.of(dependent).isEmpty()
                    ? DeleteOptions.Propagation.BACKGROUND
                    : DeleteOptions.Propagation.FOREGROUND;
            typeOf(dependent).ifPresent(kind -> delete(kind, dependent, further));
        }
        if (!dependents.blocks(object)) {
            release(type, object, Deletion.FOREGROUND);
        }
    }

    private void emptyNamespace(ResourceType type, ObjectNode namespace) {
        var name = Json.text(namespace, "metadata", "name");
        var contents = new ArrayList<ObjectNode>();
        types.all().stream()
                .filter(ResourceType::namespaced)
                .map(ResourceType::resource)
                .distinct()
                .forEach(resource -> contents.addAll(store.list(resource, name)));
        if (contents.isEmpty() && Metadata.finalizers(namespace).isEmpty()) {
            commits.remove(type, namespace, OPTIONS);
        }
        contents.forEach(
                object -> typeOf(object).ifPresent(kind -> delete(kind, object, DeleteOptions.Propagation.BACKGROUND)));
    }

    private void emptyDefinition(ResourceType type, ObjectNode definition) {
        var instances = store.list(Json.text(definition, "metadata", "name"), "");
        instances.forEach(
                object -> typeOf(object).ifPresent(kind -> delete(kind, object, DeleteOptions.Propagation.BACKGROUND)));
        if (instances.isEmpty()) {
            release(type, definition, Deletion.INSTANCES);
        }
    }

    private void delete(ResourceType type, ObjectNode object, DeleteOptions.Propagation propagation) {
        if (!Metadata.deleting(object)
                && store.get(type.resource(), ObjectKey.of(object)).isPresent()) {
            deletion.delete(new Target(type, ObjectKey.of(object), ""), DeleteOptions.by(NAME, propagation));
        }
    }

    private void release(ResourceType type, ObjectNode object, String finalizer) {
        var now = object.deepCopy();
        Metadata.removeFinalizer(now, finalizer);
        commits.update(type, object, now, OPTIONS);
    }

    private void forget(ResourceType type, ObjectNode object, List<String> owners) {
        if (!stillThere(type.resource(), object)) {
            return;
        }
        var now = object.deepCopy();
        var rest = Json.array();
        Json.at(object, "metadata", "ownerReferences").forEach(owner -> {
            if (!owners.contains(Json.text(owner, "uid"))) {
                rest.add(owner);
            }
        });
        Json.child(now, "metadata").set("ownerReferences", rest);
        if (rest.isEmpty()) {
            Json.child(now, "metadata").remove("ownerReferences");
        }
        commits.update(type, object, now, OPTIONS);
    }

    private boolean stillThere(String resource, ObjectNode object) {
        return store.get(resource, ObjectKey.of(object)).filter(object::equals).isPresent();
    }

    private Optional<ResourceType> typeOf(JsonNode object) {
        var apiVersion = Json.text(object, "apiVersion");
        var kind = Json.text(object, "kind");
        return types.all().stream()
                .filter(type -> type.kind().equals(kind) && type.apiVersion().equals(apiVersion))
                .findFirst();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** Who owns whom, at one moment. */
    private static final class Dependents {
        private final Map<String, List<ObjectNode>> byOwner = new HashMap<>();
        private final Set<String> present = new HashSet<>();

        Dependents(Map<String, List<ObjectNode>> everything) {
            everything
                    .values()
                    .forEach(objects -> objects.forEach(object -> {
                        present.add(Json.text(object, "metadata", "uid"));
                        Json.at(object, "metadata", "ownerReferences")
                                .forEach(owner -> byOwner.computeIfAbsent(
                                                Json.text(owner, "uid"), _ -> new ArrayList<>())
                                        .add(object));
                    }));
        }

        List<ObjectNode> of(ObjectNode owner) {
            return byOwner.getOrDefault(Json.text(owner, "metadata", "uid"), List.of());
        }

        List<String> goneOwners(ObjectNode object) {
            var gone = new ArrayList<String>();
            Json.at(object, "metadata", "ownerReferences").forEach(owner -> {
                if (!present.contains(Json.text(owner, "uid"))) {
                    gone.add(Json.text(owner, "uid"));
                }
            });
            return gone;
        }

        boolean blocks(ObjectNode owner) {
            var uid = Json.text(owner, "metadata", "uid");
            return of(owner).stream()
                    .flatMap(dependent ->
                            Json.at(dependent, "metadata", "ownerReferences").valueStream())
                    .anyMatch(reference -> Json.text(reference, "uid").equals(uid)
                            && reference.path("blockOwnerDeletion").asBoolean());
        }
    }
}
