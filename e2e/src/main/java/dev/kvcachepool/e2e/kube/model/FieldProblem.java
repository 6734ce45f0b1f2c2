package dev.kvcachepool.e2e.kube.model;

/** What is wrong with one field: its path, the API's reason for it, and a text that says what is allowed. */
public record FieldProblem(String field, String reason, String message) {
    public static FieldProblem required(String field) {
        return new FieldProblem(field, "FieldValueRequired", "Required value");
    }

    public static FieldProblem required(String field, String why) {
        return new FieldProblem(field, "FieldValueRequired", "Required value: " + why);
    }

    public static FieldProblem invalid(String field, String value, String why) {
        return new FieldProblem(field, "FieldValueInvalid", "Invalid value: " + value + ": " + why);
    }

    public static FieldProblem forbidden(String field, String why) {
        return new FieldProblem(field, "FieldValueForbidden", "Forbidden: " + why);
    }

    String line() {
        return field + ": " + message;
    }
}
