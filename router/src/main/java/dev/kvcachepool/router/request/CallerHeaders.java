package dev.kvcachepool.router.request;

import dev.kvcachepool.router.pick.Caller;

/**
 * Which headers say whose a request is.
 *
 * @param tenant name of the header, in lower case
 * @param session likewise
 */
public record CallerHeaders(String tenant, String session) {
    /** The tenant's as the Gateway API Inference Extension has it. */
    public static final CallerHeaders DEFAULT = new CallerHeaders("x-gateway-inference-fairness-id", "x-session-id");

    /**
     * What a request says of its caller.
     *
     * @param headers the values of these headers; what is not there is empty
     */
    public Caller caller(Caller headers) throws BadRequest {
        return caller("header " + tenant, "header " + session, headers);
    }

    /** The same, where {@code tenant} and {@code session} are what a request calls the two. */
    public static Caller caller(String tenant, String session, Caller said) throws BadRequest {
        requireShort(tenant, said.tenant());
        requireShort(session, said.session());
        return said;
    }

    private static void requireShort(String field, String value) throws BadRequest {
        if (value.length() > Caller.MAX_LENGTH) {
            throw new BadRequest(field, value.length() + " characters", "at most " + Caller.MAX_LENGTH);
        }
    }
}
