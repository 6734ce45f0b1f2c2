package dev.kvcachepool.e2e.kube.http;

import io.vertx.core.buffer.Buffer;
import java.util.Map;

/** A request, its body read. Header and query values that aren't there are empty. */
record ApiRequest(
        String method,
        String path,
        Map<String, String> query,
        String accept,
        String contentType,
        String userAgent,
        Buffer body) {

    String parameter(String name) {
        return query.getOrDefault(name, "");
    }

    boolean flag(String name) {
        var value = parameter(name);
        return value.equals("true") || value.equals("1");
    }

    boolean wantsTable() {
        return accept.contains("as=Table") && accept.contains("v=v1");
    }

    /** Who writes: the field manager that is named, or the program's name. */
    String manager() {
        var named = parameter("fieldManager");
        var program = userAgent.split("/", 2)[0];
        return named.isEmpty() ? (program.isEmpty() ? "unknown" : program) : named;
    }
}
