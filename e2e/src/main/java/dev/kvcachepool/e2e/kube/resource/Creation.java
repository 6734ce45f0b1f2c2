package dev.kvcachepool.e2e.kube.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.model.ResourceTypes;
import dev.kvcachepool.e2e.kube.model.Trait;
import dev.kvcachepool.e2e.kube.patch.FieldOwners;
import dev.kvcachepool.e2e.kube.schema.ObjectRules;
import dev.kvcachepool.e2e.kube.store.ObjectKey;
import dev.kvcachepool.e2e.kube.store.ObjectStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes new objects of what clients send. */
final class Creation {
    private final ObjectStore store;
    private final ResourceTypes types;
    private final Commits commits;
    private final ServiceAddresses addresses;

    Creation(ObjectStore store, ResourceTypes types, Commits commits, ServiceAddresses addresses) {
        this.store = store;
        this.types = types;
        this.commits = commits;
        this.addresses = addresses;
    }

    ObjectNode create(ResourceType type, String namespace, ObjectNode sent, WriteOptions options) {
        var object = sent.deepCopy();
        Json.child(object, "metadata").remove("managedFields");
        return store.locked(() -> {
            prepare(type, namespace, object, options);
            var owner = new FieldOwners.Owner(options.manager(), false, "");
            FieldOwners.noteUpdate(Json.object(), object, ObjectRules.shape(type), owner, Instant.now());
            return commits.create(type, object, options);
        });
    }

    /** The object that an apply made of nothing: its owners are noted already. */
    ObjectNode createApplied(ResourceType type, String namespace, ObjectNode object, WriteOptions options) {
        prepare(type, namespace, object, options);
        return commits.create(type, object, options);
    }

    private void prepare(ResourceType type, String namespace, ObjectNode object, WriteOptions options) {
        checkKind(type, object);
        checkNamespace(type, namespace, object);
        Metadata.found(type, namespace, object);
        var key = ObjectKey.of(object);
        if (store.get(type.resource(), key).isPresent()) {
            throw ApiFailure.alreadyExists(type, key.name());
        }
        firstStatus(type, object);
        ObjectRules.complete(type, object, options.strict());
        addresses.assign(type, Optional.empty(), object);
        ObjectRules.check(type, key.name(), Optional.empty(), object);
    }

    static void checkKind(ResourceType type, ObjectNode object) {
        var kind = Json.text(object, "kind");
        var apiVersion = Json.text(object, "apiVersion");
        if (!kind.isEmpty() && (!kind.equals(type.kind()) || !apiVersion.equals(type.apiVersion()))) {
            throw ApiFailure.badRequest("the object provided is a %s of %s; this path takes a %s of %s"
                    .formatted(kind, apiVersion, type.kind(), type.apiVersion()));
        }
        object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
    }

    private void checkNamespace(ResourceType type, String namespace, ObjectNode object) {
        if (!type.namespaced()) {
            return;
        }
        if (namespace.isEmpty()) {
            throw ApiFailure.badRequest("an empty namespace may not be set during creation");
        }
        var found = store.get("namespaces", new ObjectKey("", namespace));
        if (found.isEmpty()) {
            throw ApiFailure.notFound(types.builtIn("namespaces"), namespace);
        }
        if (Metadata.deleting(found.get())) {
            throw ApiFailure.forbidden(
                    type,
                    Json.text(object, "metadata", "name"),
                    "unable to create new content in namespace " + namespace + " because it is being terminated");
        }
    }

    private static void firstStatus(ResourceType type, ObjectNode object) {
        // Nodes come with the status that their kubelet found.
        if (type.has(Trait.STATUS) && !type.is("nodes")) {
            object.remove("status");
        }
        switch (type.resource()) {
            case "pods", "persistentvolumeclaims" -> object.putObject("status").put("phase", "Pending");
            case "services" -> object.putObject("status").putObject("loadBalancer");
            case "namespaces" -> Json.child(object, "spec").set("finalizers", Json.arrayOf(List.of("kubernetes")));
            case "statefulsets.apps", "deployments.apps", "replicasets.apps" ->
                object.putObject("status").put("replicas", 0);
            default -> {}
        }
    }
}
