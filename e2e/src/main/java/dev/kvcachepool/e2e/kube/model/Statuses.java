package dev.kvcachepool.e2e.kube.model;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Status objects: the API's answer where it has no object to give. */
public final class Statuses {
    private Statuses() {}

    /** What a delete answers whose object is gone. */
    public static ObjectNode deleted(ResourceType type, ObjectNode object) {
        var status = head("Success");
        status.putObject("details")
                .put("name", Json.text(object, "metadata", "name"))
                .put("group", type.group())
                .put("kind", type.plural())
                .put("uid", Json.text(object, "metadata", "uid"));
        return status;
    }

    public static ObjectNode created() {
        return head("Success").put("code", 201);
    }

    static ObjectNode head(String outcome) {
        var status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        return status.put("status", outcome);
    }
}
