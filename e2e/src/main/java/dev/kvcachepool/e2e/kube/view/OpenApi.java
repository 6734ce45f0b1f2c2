package dev.kvcachepool.e2e.kube.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.model.ResourceTypes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * OpenAPI documents, as far as kubectl reads them: it explains kinds by their schemas, and it looks whether a kind's
 * PATCH knows {@code fieldValidation}. The built-in kinds' schemas are open objects; custom kinds have their own.
 */
public final class OpenApi {
    private final ResourceTypes types;

    public OpenApi(ResourceTypes types) {
        this.types = types;
    }

    /** Where the document of each group and version is. */
    public ObjectNode index() {
        var index = Json.object();
        var paths = index.putObject("paths");
        types.all().stream().map(OpenApi::home).distinct().forEach(home -> {
            // The hash keeps clients that store documents from taking an old one.
            var hash = Integer.toHexString(types.all().hashCode());
            paths.putObject(home).put("serverRelativeURL", "/openapi/v3/" + home + "?hash=" + hash);
        });
        return index;
    }

    public ObjectNode document(String home) {
        var served =
                types.all().stream().filter(type -> home(type).equals(home)).toList();
        if (served.isEmpty()) {
            throw ApiFailure.noSuchPath();
        }
        var document = Json.object().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", "v1.32.0");
        var paths = document.putObject("paths");
        var schemas = document.putObject("components").putObject("schemas");
        for (var type : served) {
            paths.set(collection(type), item(type, List.of("get", "post")));
            paths.set(collection(type) + "/{name}", item(type, List.of("get", "put", "patch", "delete")));
            schemas.set(schemaName(type), schema(type));
        }
        return document;
    }

    /** The smallest Swagger document there can be, as protobuf: {@code swagger: "2.0"} with a title and a version. */
    public byte[] version2Protobuf() {
        var info = new String(new byte[] {0x0a, 10}, StandardCharsets.ISO_8859_1) + "Kubernetes"
                + new String(new byte[] {0x12, 7}, StandardCharsets.ISO_8859_1) + "v1.32.0";
        var head = new String(new byte[] {0x0a, 3}, StandardCharsets.ISO_8859_1) + "2.0"
                + new String(new byte[] {0x12, (byte) info.length()}, StandardCharsets.ISO_8859_1);
        return (head + info + new String(new byte[] {0x42, 0}, StandardCharsets.ISO_8859_1))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    public ObjectNode version2() {
        var document = Json.object().put("swagger", "2.0");
        document.putObject("info").put("title", "Kubernetes").put("version", "v1.32.0");
        document.putObject("paths");
        return document;
    }

    private static String home(ResourceType type) {
        return (type.group().isEmpty() ? "api/" : "apis/") + type.apiVersion();
    }

    private static String collection(ResourceType type) {
        return "/" + home(type) + (type.namespaced() ? "/namespaces/{namespace}/" : "/") + type.plural();
    }

    private static ObjectNode item(ResourceType type, List<String> verbs) {
        var item = Json.object();
        for (var verb : verbs) {
            var operation = item.putObject(verb);
            operation.set("x-kubernetes-group-version-kind", kindOf(type));
            operation.putObject("responses");
            if (!verb.equals("get") && !verb.equals("delete")) {
                parameters(operation);
            }
        }
        return item;
    }

    private static void parameters(ObjectNode operation) {
        var parameters = operation.putArray("parameters");
        for (var name : List.of("dryRun", "fieldManager", "fieldValidation")) {
            var parameter = parameters.addObject().put("name", name).put("in", "query");
            parameter.putObject("schema").put("type", "string").put("uniqueItems", true);
        }
    }

    private static ObjectNode schema(ResourceType type) {
        var schema = type.custom().map(custom -> custom.schema().deepCopy()).orElseGet(OpenApi::anything);
        var properties = Json.child(schema, "properties");
        for (var field : List.of("apiVersion", "kind")) {
            if (!properties.has(field)) {
                properties.putObject(field).put("type", "string");
            }
        }
        properties.putObject("metadata").put("type", "object").put("description", "Standard object's metadata.");
        ArrayNode kinds = Json.array().add(kindOf(type));
        schema.set("x-kubernetes-group-version-kind", kinds);
        return schema;
    }

    private static ObjectNode anything() {
        return Json.object().put("type", "object").put("x-kubernetes-preserve-unknown-fields", true);
    }

    private static JsonNode kindOf(ResourceType type) {
        return Json.object().put("group", type.group()).put("kind", type.kind()).put("version", type.version());
    }

    private static String schemaName(ResourceType type) {
        var parts = new ArrayList<>(List.of((type.group().isEmpty() ? "core" : type.group()).split("\\.", -1)));
        Collections.reverse(parts);
        return String.join(".", parts) + "." + type.version() + "." + type.kind();
    }
}
