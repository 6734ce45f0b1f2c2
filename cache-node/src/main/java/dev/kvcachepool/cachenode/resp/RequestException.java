package dev.kvcachepool.cachenode.resp;

/** A request that is refused with one error line; the connection goes on. */
final class RequestException extends Exception {

    /** An error of kind {@code ERR}. */
    RequestException(String message) {
        this("ERR", message);
    }

    RequestException(String kind, String message) {
        super(kind + " " + message, null, false, false);
    }

    String line() {
        return String.valueOf(getMessage());
    }
}
