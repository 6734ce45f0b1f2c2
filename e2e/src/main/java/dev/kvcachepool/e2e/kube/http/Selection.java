package dev.kvcachepool.e2e.kube.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.e2e.kube.model.FieldSelector;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.LabelSelector;
import java.util.function.Predicate;

/** What a list or a watch is of: its labels, its fields, and the one name when the path has one. */
record Selection(LabelSelector labels, FieldSelector fields, String name) implements Predicate<JsonNode> {
    static Selection of(ApiRequest request, String name) {
        return new Selection(
                LabelSelector.parse(request.parameter("labelSelector")),
                FieldSelector.parse(request.parameter("fieldSelector")),
                name);
    }

    @Override
    public boolean test(JsonNode object) {
        return labels.test(object)
                && fields.test(object)
                && (name.isEmpty() || Json.text(object, "metadata", "name").equals(name));
    }
}
