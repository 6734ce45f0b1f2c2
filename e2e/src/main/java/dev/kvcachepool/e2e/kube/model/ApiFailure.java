package dev.kvcachepool.e2e.kube.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A request that isn't granted: its HTTP code, the API's reason, one line for people, and causes for programs. */
public final class ApiFailure extends RuntimeException {
    private final int code;
    private final String reason;
    private final transient ObjectNode details;

    private ApiFailure(int code, String reason, String message, ObjectNode details) {
        super(message, null, false, false);
        this.code = code;
        this.reason = reason;
        this.details = details;
    }

    public static ApiFailure of(int code, String reason, String message) {
        return new ApiFailure(code, reason, message, Json.object());
    }

    public static ApiFailure badRequest(String message) {
        return of(400, "BadRequest", message);
    }

    public static ApiFailure forbidden(ResourceType type, String name, String why) {
        return about(403, "Forbidden", type, name, "%s \"%s\" is forbidden: %s".formatted(type.resource(), name, why));
    }

    public static ApiFailure noSuchPath() {
        return of(404, "NotFound", "the server could not find the requested resource");
    }

    public static ApiFailure notFound(ResourceType type, String name) {
        return about(404, "NotFound", type, name, "%s \"%s\" not found".formatted(type.resource(), name));
    }

    public static ApiFailure methodNotAllowed(String method) {
        return of(
                405, "MethodNotAllowed", "the server does not allow this method on the requested resource: " + method);
    }

    public static ApiFailure alreadyExists(ResourceType type, String name) {
        return about(409, "AlreadyExists", type, name, "%s \"%s\" already exists".formatted(type.resource(), name));
    }

    public static ApiFailure conflict(ResourceType type, String name, String why) {
        return about(
                409,
                "Conflict",
                type,
                name,
                "Operation cannot be fulfilled on %s \"%s\": %s".formatted(type.resource(), name, why));
    }

    /** What an update with an old resourceVersion gets. */
    public static ApiFailure modified(ResourceType type, String name) {
        return conflict(
                type,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    /** An apply that would change fields of other managers. */
    public static ApiFailure ownedByOthers(String message, List<FieldProblem> conflicts) {
        return causes(of(409, "Conflict", message), conflicts);
    }

    public static ApiFailure gone(String message) {
        return of(410, "Expired", message);
    }

    public static ApiFailure unsupportedMediaType(String accepted) {
        return of(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: " + accepted);
    }

    public static ApiFailure invalid(ResourceType type, String name, List<FieldProblem> problems) {
        var lines = problems.stream().map(FieldProblem::line).toList();
        var kind = type.group().isEmpty() ? type.kind() : type.kind() + "." + type.group();
        var what = lines.size() == 1 ? lines.getFirst() : "[" + String.join(", ", lines) + "]";
        var failure = of(422, "Invalid", "%s \"%s\" is invalid: %s".formatted(kind, name, what));
        failure.details.put("name", name).put("group", type.group()).put("kind", type.kind());
        return causes(failure, problems);
    }

    public static ApiFailure tooManyRequests(String message, FieldProblem cause) {
        return causes(of(429, "TooManyRequests", message), List.of(cause));
    }

    private static ApiFailure about(int code, String reason, ResourceType type, String name, String message) {
        var failure = of(code, reason, message);
        failure.details.put("name", name).put("group", type.group()).put("kind", type.plural());
        return failure;
    }

    private static ApiFailure causes(ApiFailure failure, List<FieldProblem> problems) {
        var causes = failure.details.putArray("causes");
        for (var problem : problems) {
            causes.addObject()
                    .put("reason", problem.reason())
                    .put("message", problem.message())
                    .put("field", problem.field());
        }
        return failure;
    }

    public int code() {
        return code;
    }

    /** This failure as the API's Status object. */
    public ObjectNode status() {
        var status = Statuses.head("Failure")
                .put("message", String.valueOf(getMessage()))
                .put("reason", reason);
        if (!details.isEmpty()) {
            status.set("details", details.deepCopy());
        }
        return status.put("code", code);
    }
}
