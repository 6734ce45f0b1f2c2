package dev.kvcachepool.e2e.kube.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;

/** Shows an object in the version that was asked for; only its apiVersion differs, nothing is converted. */
final class Versions {
    private Versions() {}

    static ObjectNode as(ResourceType type, ObjectNode object) {
        var apiVersion = Json.text(object, "apiVersion");
        var shown = !Json.text(object, "kind").equals(type.kind()) || apiVersion.equals(type.apiVersion());
        return shown ? object : object.deepCopy().put("apiVersion", type.apiVersion());
    }
}
