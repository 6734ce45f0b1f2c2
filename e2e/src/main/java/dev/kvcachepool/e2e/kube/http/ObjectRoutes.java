package dev.kvcachepool.e2e.kube.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.model.ResourceTypes;
import dev.kvcachepool.e2e.kube.model.Statuses;
import dev.kvcachepool.e2e.kube.resource.DeleteOptions;
import dev.kvcachepool.e2e.kube.resource.PatchKind;
import dev.kvcachepool.e2e.kube.resource.Resources;
import dev.kvcachepool.e2e.kube.resource.Target;
import dev.kvcachepool.e2e.kube.resource.WriteOptions;
import dev.kvcachepool.e2e.kube.store.ObjectKey;
import dev.kvcachepool.e2e.kube.store.ObjectStore;
import dev.kvcachepool.e2e.kube.view.Tables;
import java.util.List;

/** Requests about objects: to which operation each one goes, and what it answers. */
final class ObjectRoutes {
    private static final String JSON = "application/json";
    private final ObjectStore store;
    private final ResourceTypes types;
    private final Resources resources;
    private final Lists lists;

    ObjectRoutes(ObjectStore store, ResourceTypes types, Resources resources) {
        this.store = store;
        this.types = types;
        this.resources = resources;
        this.lists = new Lists(store);
    }

    ResourceType type(RequestPath path) {
        var type = types.find(path.group(), path.version(), path.plural()).orElseThrow(ApiFailure::noSuchPath);
        var misplaced = type.namespaced()
                ? path.namespace().isEmpty() && !path.name().isEmpty()
                : !path.namespace().isEmpty();
        if (misplaced) {
            throw ApiFailure.noSuchPath();
        }
        return type;
    }

    Answer answer(ApiRequest request, RequestPath path) {
        var type = type(path);
        var target = new Target(type, new ObjectKey(path.namespace(), path.name()), path.subresource());
        if (path.name().isEmpty()) {
            return collection(request, target);
        }
        return switch (request.method()) {
            case "GET" -> get(request, target);
            case "POST" -> act(request, target);
            case "PUT" -> Answer.ok(shown(request, target, resources.replace(target, json(request), options(request))));
            case "PATCH" -> patch(request, target);
            case "DELETE" -> delete(request, target);
            default -> throw ApiFailure.methodNotAllowed(request.method());
        };
    }

    private Answer collection(ApiRequest request, Target target) {
        return switch (request.method()) {
            case "GET" -> Answer.ok(lists.list(target.type(), target.key().namespace(), "", request));
            case "POST" ->
                Answer.json(201, shown(request, target, resources.create(target, json(request), options(request))));
            case "DELETE" -> deleteAll(request, target);
            default -> throw ApiFailure.methodNotAllowed(request.method());
        };
    }

    private Answer get(ApiRequest request, Target target) {
        if (target.type().is("pods") && target.subresource().equals("log")) {
            resources.get(new Target(target.type(), target.key(), ""));
            throw ApiFailure.of(501, "NotImplemented", "this in-memory API keeps no logs: read the program's own");
        }
        return Answer.ok(shown(request, target, resources.get(target)));
    }

    private Answer act(ApiRequest request, Target target) {
        var sent = json(request);
        return switch (target.type().resource() + "/" + target.subresource()) {
            case "pods/binding" -> Answer.json(201, resources.bind(target, sent, options(request)));
            case "pods/eviction" ->
                Answer.json(201, resources.evict(target, sent, request::parameter, options(request)));
            default -> throw ApiFailure.methodNotAllowed(request.method());
        };
    }

    private Answer patch(ApiRequest request, Target target) {
        var kind = PatchKind.of(request.contentType());
        if (kind == PatchKind.APPLY && request.parameter("fieldManager").isEmpty()) {
            throw ApiFailure.badRequest("fieldManager is required for apply patch");
        }
        var creates = resources.creates(target, kind);
        var patched = resources.patch(target, kind, request.body().getBytes(), options(request));
        return Answer.json(creates ? 201 : 200, shown(request, target, patched));
    }

    private Answer delete(ApiRequest request, Target target) {
        if (!target.subresource().isEmpty()) {
            throw ApiFailure.methodNotAllowed(request.method());
        }
        var deleted = resources.delete(target, deleteOptions(request));
        var gone = store.get(target.type().resource(), target.key()).isEmpty();
        return Answer.ok(
                gone && !target.type().is("pods")
                        ? Statuses.deleted(target.type(), deleted)
                        : Versions.as(target.type(), deleted));
    }

    private Answer deleteAll(ApiRequest request, Target target) {
        var type = target.type();
        var selection = Selection.of(request, "");
        var found = store.list(type.resource(), target.key().namespace()).stream()
                .filter(selection)
                .toList();
        for (var object : found) {
            resources.delete(new Target(type, ObjectKey.of(object), ""), deleteOptions(request));
        }
        var list = Json.object().put("kind", type.kind() + "List").put("apiVersion", type.apiVersion());
        list.putObject("metadata").put("resourceVersion", Long.toString(store.revision()));
        list.putArray("items").addAll(found);
        return Answer.ok(list);
    }

    private static ObjectNode shown(ApiRequest request, Target target, ObjectNode object) {
        var versioned = Versions.as(target.type(), object);
        return request.wantsTable()
                ? new Tables(target.type(), request.parameter("includeObject"))
                        .of(List.of(versioned), Json.object(), true)
                : versioned;
    }

    private static WriteOptions options(ApiRequest request) {
        return new WriteOptions(
                request.manager(),
                request.flag("force"),
                request.parameter("dryRun").equals("All"),
                request.parameter("fieldValidation").equals("Strict"));
    }

    private static DeleteOptions deleteOptions(ApiRequest request) {
        return DeleteOptions.of(json(request), request::parameter, options(request));
    }

    private static JsonNode json(ApiRequest request) {
        var type = request.contentType();
        if (type.contains("yaml")) {
            return Json.parseYaml(request.body().getBytes());
        }
        if (!type.isEmpty() && !type.startsWith(JSON)) {
            // kubectl's imperative commands, such as "create namespace", send nothing but protobuf.
            throw ApiFailure.unsupportedMediaType(JSON + ", application/yaml (kubectl: write a file, and apply that)");
        }
        return Json.parse(request.body().getBytes());
    }
}
