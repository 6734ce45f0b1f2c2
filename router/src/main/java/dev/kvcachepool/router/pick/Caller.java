package dev.kvcachepool.router.pick;

/**
 * Whose request it is, as far as it says so.
 *
 * @param tenant among whom a pool without room is shared out; empty where the tenant's cache salt tells
 * @param session the conversation that it goes on with; empty for none
 */
public record Caller(String tenant, String session) {
    /** Says nothing. */
    public static final Caller UNSAID = new Caller("", "");

    /** What a client may call its tenants and sessions, in characters. */
    public static final int MAX_LENGTH = 256;

    @Override
    public String toString() {
        return "Caller";
    }
}
