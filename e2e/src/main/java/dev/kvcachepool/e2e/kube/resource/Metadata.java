package dev.kvcachepool.e2e.kube.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.FieldProblem;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.model.Trait;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** The part of metadata that the server keeps itself: identity, generation, deletion. */
final class Metadata {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
    private static final int LONGEST_NAME = 253;
    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SUFFIX = 5;
    private static final List<String> KEPT = List.of(
            "name",
            "generateName",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds");
    private static final Random RANDOM = new Random();

    private Metadata() {}

    /** Gives a new object its identity, in place. */
    static void found(ResourceType type, String namespace, ObjectNode object) {
        var metadata = Json.child(object, "metadata");
        var name = Json.text(metadata, "name");
        if (name.isEmpty() && !Json.text(metadata, "generateName").isEmpty()) {
            name = Json.text(metadata, "generateName") + suffix();
        }
        checkName(type, name);
        var given = Json.text(metadata, "namespace");
        if (!given.isEmpty() && !given.equals(namespace)) {
            throw ApiFailure.badRequest("the namespace of the provided object does not match the namespace sent on"
                    + " the request: \"%s\" and \"%s\"".formatted(given, namespace));
        }
        metadata.put("name", name);
        metadata.remove(List.of("namespace", "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds"));
        metadata.remove(List.of("generation", "selfLink"));
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put("creationTimestamp", Json.time(Instant.now()));
        if (type.has(Trait.GENERATION)) {
            metadata.put("generation", 1);
        }
    }

    /** Brings what clients can't change back to what it was, in place. */
    static void carryOver(ResourceType type, ObjectNode old, ObjectNode now) {
        now.put("apiVersion", type.apiVersion()).put("kind", type.kind());
        var before = old.path("metadata");
        var metadata = Json.child(now, "metadata");
        metadata.remove("selfLink");
        for (var field : KEPT) {
            if (before.has(field)) {
                metadata.set(field, before.path(field));
            } else {
                metadata.remove(field);
            }
        }
        metadata.properties().removeIf(field -> field.getValue().isNull());
    }

    /** Counts a change of anything but metadata and status. */
    static void countGeneration(ResourceType type, ObjectNode old, ObjectNode now) {
        if (type.has(Trait.GENERATION) && !essence(type, old).equals(essence(type, now))) {
            bumpGeneration(now);
        }
    }

    static void bumpGeneration(ObjectNode object) {
        var metadata = Json.child(object, "metadata");
        if (metadata.has("generation")) {
            metadata.put("generation", metadata.path("generation").asInt() + 1);
        }
    }

    /** Refuses an update of another version, or of another object of the same name. */
    static void checkVersion(ResourceType type, ObjectNode old, JsonNode metadata) {
        var name = Json.text(old, "metadata", "name");
        var uid = Json.text(metadata, "uid");
        if (!uid.isEmpty() && !uid.equals(Json.text(old, "metadata", "uid"))) {
            throw ApiFailure.conflict(
                    type,
                    name,
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(uid, Json.text(old, "metadata", "uid")));
        }
        var version = Json.text(metadata, "resourceVersion");
        if (!version.isEmpty() && !version.equals(Json.text(old, "metadata", "resourceVersion"))) {
            throw ApiFailure.modified(type, name);
        }
    }

    static void checkFinalizers(ResourceType type, ObjectNode old, ObjectNode now) {
        var before = Set.copyOf(finalizers(old));
        if (deleting(old) && !before.containsAll(finalizers(now))) {
            throw ApiFailure.invalid(
                    type,
                    Json.text(old, "metadata", "name"),
                    List.of(FieldProblem.forbidden(
                            "metadata.finalizers",
                            "no new finalizers can be added if the object is being deleted, found new finalizers")));
        }
    }

    static boolean deleting(JsonNode object) {
        return object.path("metadata").has("deletionTimestamp");
    }

    static List<String> finalizers(JsonNode object) {
        return Json.texts(Json.at(object, "metadata", "finalizers"));
    }

    static void addFinalizer(ObjectNode object, String finalizer) {
        var metadata = Json.child(object, "metadata");
        var list = metadata.get("finalizers") instanceof ArrayNode array ? array : metadata.putArray("finalizers");
        if (!Json.texts(list).contains(finalizer)) {
            list.add(finalizer);
        }
    }

    static void removeFinalizer(ObjectNode object, String finalizer) {
        var rest = finalizers(object).stream()
                .filter(name -> !name.equals(finalizer))
                .toList();
        Json.child(object, "metadata").set("finalizers", Json.arrayOf(rest));
        if (rest.isEmpty()) {
            Json.child(object, "metadata").remove("finalizers");
        }
    }

    private static void checkName(ResourceType type, String name) {
        if (name.isEmpty()) {
            throw ApiFailure.invalid(
                    type, "", List.of(FieldProblem.required("metadata.name", "name or generateName is required")));
        }
        // Roles may be called system:node and the like.
        var free = type.group().equals("rbac.authorization.k8s.io") && !name.contains("/");
        if (!free && (name.length() > LONGEST_NAME || !NAME.matcher(name).matches())) {
            throw ApiFailure.invalid(
                    type,
                    name,
                    List.of(FieldProblem.invalid(
                            "metadata.name",
                            '"' + name + '"',
                            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
                                    + " '.', and must start and end with an alphanumeric character")));
        }
    }

    private static JsonNode essence(ResourceType type, ObjectNode object) {
        var essence = object.deepCopy();
        essence.remove("metadata");
        if (type.has(Trait.STATUS)) {
            essence.remove("status");
        }
        return essence;
    }

    private static String suffix() {
        var suffix = new StringBuilder();
        for (int i = 0; i < SUFFIX; i++) {
            suffix.append(SUFFIX_LETTERS.charAt(RANDOM.nextInt(SUFFIX_LETTERS.length())));
        }
        return suffix.toString();
    }
}
