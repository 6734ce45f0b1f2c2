package dev.kvcachepool.e2e.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;

/** JSON Patch, RFC 6902. */
public final class JsonPatches {
    private JsonPatches() {}

    /** The tree that comes of it; one that can't be applied is refused as the real server does. */
    public static JsonNode apply(JsonNode live, JsonNode patch) {
        if (!patch.isArray()) {
            throw ApiFailure.badRequest("a JSON patch is a list of operations, not " + patch.getNodeType());
        }
        try {
            return JsonPatch.apply(patch, live.deepCopy());
        } catch (JsonPatchException e) {
            throw ApiFailure.of(
                    422,
                    "Invalid",
                    "the server rejected our request due to an error in our request: " + e.getMessage());
        }
    }
}
