package dev.kvcachepool.e2e.kube.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.FieldProblem;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.model.Trait;
import dev.kvcachepool.e2e.kube.patch.FieldOwners;
import dev.kvcachepool.e2e.kube.schema.ObjectRules;
import dev.kvcachepool.e2e.kube.store.ObjectKey;
import dev.kvcachepool.e2e.kube.store.ObjectStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Replaces objects, or their status alone; an update that changes nothing is no write. */
final class Updates {
    private final ObjectStore store;
    private final Commits commits;
    private final ServiceAddresses addresses;

    Updates(ObjectStore store, Commits commits, ServiceAddresses addresses) {
        this.store = store;
        this.commits = commits;
        this.addresses = addresses;
    }

    ObjectNode existing(ResourceType type, ObjectKey key) {
        return store.get(type.resource(), key).orElseThrow(() -> ApiFailure.notFound(type, key.name()));
    }

    /** A client's whole object takes the place of the one that is there. */
    ObjectNode replace(Target target, ObjectNode sent, WriteOptions options) {
        return store.locked(() -> {
            var type = target.type();
            var old = existing(type, target.key());
            Creation.checkKind(type, sent);
            var name = Json.text(sent, "metadata", "name");
            if (!name.equals(target.key().name())) {
                throw ApiFailure.badRequest("the name of the object (%s) does not match the name on the URL (%s)"
                        .formatted(name, target.key().name()));
            }
            if (type.custom().isPresent()
                    && Json.text(sent, "metadata", "resourceVersion").isEmpty()) {
                throw ApiFailure.invalid(
                        type,
                        name,
                        List.of(FieldProblem.invalid(
                                "metadata.resourceVersion", "0x0", "must be specified for an update")));
            }
            return change(target, old, sent, options);
        });
    }

    /** The same for an object that was made of the one that is there. */
    ObjectNode change(Target target, ObjectNode old, ObjectNode sent, WriteOptions options) {
        Metadata.checkVersion(target.type(), old, sent.path("metadata"));
        var now = seenFrom(target, old, sent);
        prepare(target.type(), old, now, options);
        var owner = new FieldOwners.Owner(options.manager(), false, target.subresource());
        FieldOwners.noteUpdate(old, now, ObjectRules.shape(target.type()), owner, Instant.now());
        return commits.update(target.type(), old, now, options);
    }

    /** The same for what an apply made: its owners are noted already. */
    ObjectNode applied(Target target, ObjectNode old, ObjectNode now, WriteOptions options) {
        prepare(target.type(), old, now, options);
        return commits.update(target.type(), old, now, options);
    }

    private void prepare(ResourceType type, ObjectNode old, ObjectNode now, WriteOptions options) {
        Metadata.carryOver(type, old, now);
        Metadata.checkFinalizers(type, old, now);
        ObjectRules.complete(type, now, options.strict());
        addresses.assign(type, Optional.of(old), now);
        ObjectRules.check(type, ObjectKey.of(old).name(), Optional.of(old), now);
        Metadata.countGeneration(type, old, now);
    }

    /** What a client may change from where it stands: the status from there only, the rest from elsewhere. */
    private static ObjectNode seenFrom(Target target, ObjectNode old, ObjectNode sent) {
        if (target.subresource().equals("status")) {
            var now = old.deepCopy();
            now.remove("status");
            if (sent.has("status")) {
                now.set("status", sent.path("status").deepCopy());
            }
            return now;
        }
        var now = sent.deepCopy();
        if (target.type().has(Trait.STATUS)) {
            now.remove("status");
            if (old.has("status")) {
                now.set("status", old.path("status").deepCopy());
            }
        }
        return now;
    }
}
