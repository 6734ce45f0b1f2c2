package dev.kvcachepool.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Whether something of ours is in a pod already, perhaps with what the API server fills in and others add. */
final class Contained {
    private Contained() {}

    /** Whether {@code there} says all that {@code ours} says, the same amounts in whatever unit. */
    static boolean isIn(JsonNode ours, JsonNode there) {
        if (ours.isObject()) {
            return there.isObject()
                    && ours.properties().stream().allMatch(field -> isIn(field.getValue(), there.path(field.getKey())));
        }
        if (ours.isArray()) {
            return there.isArray()
                    && elements(ours).allMatch(one -> elements(there).anyMatch(other -> isIn(one, other)));
        }
        return ours.equals(there)
                || (ours.isTextual() && there.isTextual() && isSameAmount(ours.asText(), there.asText()));
    }

    private static Stream<JsonNode> elements(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static boolean isSameAmount(String one, String other) {
        try {
            return new Quantity(one).equals(new Quantity(other));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
