package dev.kvcachepool.router.request;

/** A request that the router refuses, saying which field is wrong and what is allowed. */
public final class BadRequest extends Exception {
    private static final int MAX_VALUE = 80;

    private final int status;
    private final String field;
    private final String value;
    private final String allowed;

    public BadRequest(String field, String value, String allowed) {
        this(400, field, value, allowed);
    }

    /**
     * A refusal.
     *
     * @param field the JSON field, or a part of the request such as {@code body}
     * @param value what was given, cut if long; nothing that is a secret
     */
    public BadRequest(int status, String field, String value, String allowed) {
        super(field + " is " + shorten(value) + ", allowed: " + allowed, null, false, false);
        this.status = status;
        this.field = field;
        this.value = shorten(value);
        this.allowed = allowed;
    }

    /** The pool has no room, and the request's tenant more of it than its share; {@code then} says when to come back. */
    public static BadRequest overShare(String then) {
        return new BadRequest(429, "the tenant's share", "used up while every queue is long", then);
    }

    public int status() {
        return status;
    }

    public String field() {
        return field;
    }

    public String value() {
        return value;
    }

    public String allowed() {
        return allowed;
    }

    private static String shorten(String value) {
        return value.length() <= MAX_VALUE ? value : value.substring(0, MAX_VALUE) + "…";
    }
}
