package dev.kvcachepool.e2e.kube.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.Json;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * How a deletion is to be done.
 *
 * @param gracePeriodSeconds the pod's own when empty
 * @param preconditions {@code uid} and {@code resourceVersion} that the object must have, where given
 */
public record DeleteOptions(
        OptionalLong gracePeriodSeconds, Propagation propagation, ObjectNode preconditions, WriteOptions write) {
    /** What becomes of the objects that the deleted one owns. */
    public enum Propagation {
        BACKGROUND,
        FOREGROUND,
        ORPHAN
    }

    /** From the request's body, and from its query where the body is silent. */
    public static DeleteOptions of(JsonNode body, Function<String, String> query, WriteOptions write) {
        var grace = text(body, query, "gracePeriodSeconds");
        if (!grace.matches("\\d{0,9}")) {
            throw ApiFailure.badRequest("gracePeriodSeconds: \"" + grace + "\": allowed are whole seconds from 0");
        }
        var preconditions = body.get("preconditions") instanceof ObjectNode object ? object : Json.object();
        return new DeleteOptions(
                grace.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(grace)),
                propagation(text(body, query, "propagationPolicy"), text(body, query, "orphanDependents")),
                preconditions,
                write);
    }

    static DeleteOptions by(String manager, Propagation propagation) {
        return new DeleteOptions(
                OptionalLong.empty(), propagation, Json.object(), new WriteOptions(manager, false, false, false));
    }

    private static Propagation propagation(String policy, String orphan) {
        return switch (policy) {
            case "" -> orphan.equals("true") ? Propagation.ORPHAN : Propagation.BACKGROUND;
            case "Background" -> Propagation.BACKGROUND;
            case "Foreground" -> Propagation.FOREGROUND;
            case "Orphan" -> Propagation.ORPHAN;
            default ->
                throw ApiFailure.badRequest("propagationPolicy: Unsupported value: \"" + policy
                        + "\": supported values: \"Background\", \"Foreground\", \"Orphan\"");
        };
    }

    private static String text(JsonNode body, Function<String, String> query, String name) {
        var inBody = Json.text(body, name);
        return inBody.isEmpty() ? query.apply(name) : inBody;
    }
}
