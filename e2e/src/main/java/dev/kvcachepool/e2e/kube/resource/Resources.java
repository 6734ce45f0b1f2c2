package dev.kvcachepool.e2e.kube.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceTypes;
import dev.kvcachepool.e2e.kube.model.Trait;
import dev.kvcachepool.e2e.kube.schema.CustomDefinitions;
import dev.kvcachepool.e2e.kube.store.Change;
import dev.kvcachepool.e2e.kube.store.ObjectStore;
import java.util.List;
import java.util.function.Function;

/** All that can be done to objects. Safe for threads: the store's lock is around each operation. */
public final class Resources implements AutoCloseable {
    private final Creation creation;
    private final Updates updates;
    private final Patches patches;
    private final Deletion deletion;
    private final Scales scales;
    private final PodActions pods;
    private final GarbageCollector garbage;

    public Resources(ObjectStore store, ResourceTypes types, WriteCounts counts) {
        var commits = new Commits(store, counts);
        var addresses = new ServiceAddresses();
        this.creation = new Creation(store, types, commits, addresses);
        this.updates = new Updates(store, commits, addresses);
        this.patches = new Patches(store, creation, updates);
        this.deletion = new Deletion(store, updates, commits);
        this.scales = new Scales(store, updates);
        this.pods = new PodActions(store, types, updates, deletion);
        store.onChange(change -> follow(types, change));
        this.garbage = new GarbageCollector(store, types, deletion, commits);
        foundNamespaces(types);
    }

    /** Definitions are served from the moment that they are stored. */
    private static void follow(ResourceTypes types, Change change) {
        if (change.resource().equals(ResourceTypes.DEFINITIONS)) {
            var name = Json.text(change.object(), "metadata", "name");
            if (change.kind() == Change.Kind.DELETED) {
                types.withdraw(name);
            } else {
                types.serve(name, CustomDefinitions.types(change.object()));
            }
        }
    }

    private void foundNamespaces(ResourceTypes types) {
        for (var name : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
            var namespace = Json.object();
            namespace.putObject("metadata").put("name", name);
            creation.create(types.builtIn("namespaces"), "", namespace, new WriteOptions("server", false, false, true));
        }
    }

    public ObjectNode get(Target target) {
        checkSubresource(target);
        return target.subresource().equals("scale")
                ? scales.get(target)
                : updates.existing(target.type(), target.key());
    }

    /** The target's key names the namespace only; the object names itself. */
    public ObjectNode create(Target target, JsonNode sent, WriteOptions options) {
        return creation.create(target.type(), target.key().namespace(), Patches.asObject(sent), options);
    }

    public ObjectNode replace(Target target, JsonNode sent, WriteOptions options) {
        checkSubresource(target);
        var object = Patches.asObject(sent);
        return target.subresource().equals("scale")
                ? scales.replace(target, object, options)
                : updates.replace(target, object, options);
    }

    public ObjectNode patch(Target target, PatchKind kind, byte[] body, WriteOptions options) {
        checkSubresource(target);
        return target.subresource().equals("scale")
                ? scales.patch(target, kind, Json.parseYaml(body), options)
                : patches.patch(target, kind, body, options);
    }

    public boolean creates(Target target, PatchKind kind) {
        return patches.creates(target, kind);
    }

    public ObjectNode delete(Target target, DeleteOptions options) {
        return deletion.delete(target, options);
    }

    public ObjectNode bind(Target target, JsonNode binding, WriteOptions options) {
        return pods.bind(target, binding, options);
    }

    public ObjectNode evict(Target target, JsonNode eviction, Function<String, String> query, WriteOptions options) {
        return pods.evict(target, eviction, query, options);
    }

    private static void checkSubresource(Target target) {
        var served = switch (target.subresource()) {
            case "" -> true;
            case "status" -> target.type().has(Trait.STATUS);
            case "scale" -> target.type().has(Trait.SCALE);
            default -> false;
        };
        if (!served) {
            throw ApiFailure.noSuchPath();
        }
    }

    @Override
    public void close() {
        garbage.close();
    }
}
