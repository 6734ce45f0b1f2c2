package dev.kvcachepool.router.extproc;

import dev.kvcachepool.router.pick.Caller;
import dev.kvcachepool.router.trace.CallerSpan;
import java.util.Locale;

/**
 * What of a request's headers bears on a pick.
 *
 * @param path with its query; empty where there is none
 * @param contentType empty where there is none
 * @param headers how many there are
 * @param caller what headers say of whose request it is, of whatever length
 * @param span what headers say of the caller's span
 */
record RequestHead(String path, String contentType, int headers, Caller caller, CallerSpan span) {

    /** Whether the body must be a JSON object: a completion, or anything that does not say that it is something else. */
    boolean promisesJson() {
        var query = path.indexOf('?');
        var bare = query < 0 ? path : path.substring(0, query);
        var type = contentType.toLowerCase(Locale.ROOT);
        return bare.endsWith("/completions") || type.isEmpty() || type.contains("json");
    }
}
