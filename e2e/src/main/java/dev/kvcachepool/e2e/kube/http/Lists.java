package dev.kvcachepool.e2e.kube.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.store.ObjectKey;
import dev.kvcachepool.e2e.kube.store.ObjectStore;
import dev.kvcachepool.e2e.kube.view.Tables;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Lists of objects, in pages where a limit is set. A page is of the state when it is asked for. */
final class Lists {
    private final ObjectStore store;

    Lists(ObjectStore store) {
        this.store = store;
    }

    ObjectNode list(ResourceType type, String namespace, String name, ApiRequest request) {
        var selection = Selection.of(request, name);
        return store.locked(() -> {
            var found = new ArrayList<ObjectNode>();
            var after = continuation(request.parameter("continue"));
            for (var object : store.list(type.resource(), namespace)) {
                if (selection.test(object) && ObjectKey.of(object).compareTo(after) > 0) {
                    found.add(Versions.as(type, object));
                }
            }
            var metadata = Json.object().put("resourceVersion", Long.toString(store.revision()));
            var page = page(found, limit(request), metadata);
            return request.wantsTable()
                    ? new Tables(type, request.parameter("includeObject")).of(page, metadata, true)
                    : listOf(type, page, metadata);
        });
    }

    private static ObjectNode listOf(ResourceType type, List<ObjectNode> objects, ObjectNode metadata) {
        var list = Json.object().put("kind", type.kind() + "List").put("apiVersion", type.apiVersion());
        list.set("metadata", metadata);
        list.putArray("items").addAll(objects);
        return list;
    }

    private static List<ObjectNode> page(List<ObjectNode> found, int limit, ObjectNode metadata) {
        if (limit == 0 || found.size() <= limit) {
            return found;
        }
        var last = ObjectKey.of(found.get(limit - 1));
        var token = (last.namespace() + "/" + last.name()).getBytes(StandardCharsets.UTF_8);
        metadata.put("continue", Base64.getUrlEncoder().withoutPadding().encodeToString(token));
        metadata.put("remainingItemCount", found.size() - limit);
        return found.subList(0, limit);
    }

    private static int limit(ApiRequest request) {
        var limit = request.parameter("limit");
        if (!limit.matches("\\d{0,9}")) {
            throw ApiFailure.badRequest("limit: \"" + limit + "\": allowed are whole numbers from 0");
        }
        return limit.isEmpty() ? 0 : Integer.parseInt(limit);
    }

    private static ObjectKey continuation(String token) {
        if (token.isEmpty()) {
            return new ObjectKey("", "");
        }
        try {
            var parts = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split("/", 2);
            return new ObjectKey(parts[0], parts.length > 1 ? parts[1] : "");
        } catch (IllegalArgumentException e) {
            throw ApiFailure.badRequest("continue: not a token of this server");
        }
    }
}
