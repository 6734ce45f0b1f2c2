package dev.kvcachepool.router.endpoint;

/**
 * How the search for engine pods is going.
 *
 * @param selector of the pods; empty where nobody looks for any
 * @param watching whether comings and goings arrive; without it endpoints stay as last known
 * @param problem why not, one line; empty while all is well
 */
public record Discovery(String selector, boolean watching, String problem) {
    /** Nobody looks for pods. */
    public static final Discovery NONE = new Discovery("", false, "");
}
