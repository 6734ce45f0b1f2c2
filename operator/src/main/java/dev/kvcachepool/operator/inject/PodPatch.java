package dev.kvcachepool.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A JSON Patch of a pod that only ever adds: annotations, and elements of lists. What is in the pod already stays as it is. Not
 * thread-safe.
 */
final class PodPatch {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ObjectNode pod;
    private final ArrayNode operations = JSON.arrayNode();

    /** Of a copy of the pod, on which each operation is carried out, so that a later one sees it. */
    PodPatch(JsonNode pod) {
        this.pod = pod.deepCopy();
    }

    /** As it is with the operations so far; not to be written to. */
    JsonNode pod() {
        return pod;
    }

    ArrayNode operations() {
        return operations;
    }

    /** Sets one of the operator's own annotations. */
    void annotate(String name, String value) {
        set("annotations", name, value);
    }

    /** Sets one of the operator's own labels. */
    void label(String name, String value) {
        set("labels", name, value);
    }

    private void set(String kind, String name, String value) {
        var metadata = pod.withObject("/metadata");
        if (!metadata.path(kind).isObject()) {
            metadata.putObject(kind);
            add("/metadata/" + kind, JSON.objectNode());
        }
        var texts = metadata.withObject("/" + kind);
        if (!value.equals(texts.path(name).textValue())) {
            texts.put(name, value);
            add("/metadata/" + kind + "/" + escaped(name), JSON.textNode(value));
        }
    }

    /** Takes one of the operator's own annotations away. */
    void forget(String name) {
        if (pod.path("metadata").path("annotations") instanceof ObjectNode annotations && annotations.has(name)) {
            annotations.remove(name);
            operations.addObject().put("op", "remove").put("path", "/metadata/annotations/" + escaped(name));
        }
    }

    /** Adds an element at the end of the list {@code name} of the object at {@code parent}. */
    void append(String parent, String name, JsonNode element) {
        var owner = (ObjectNode) pod.at(parent);
        var path = parent + "/" + name;
        if (!owner.path(name).isArray()) {
            owner.putArray(name);
            add(path, JSON.arrayNode());
        }
        owner.withArray("/" + name).add(element);
        add(path + "/-", element);
    }

    private void add(String path, JsonNode value) {
        var operation = operations.addObject();
        operation.put("op", "add");
        operation.put("path", path);
        operation.set("value", value);
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
