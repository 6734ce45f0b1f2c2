package dev.kvcachepool.kvp.kube;

import java.io.Serial;

/** There is no way to the API server, or it refuses; the message is for people. */
public final class KubeException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private static final int UNANSWERED = 0;

    private final int code;
    private final boolean status;

    private KubeException(String message, int code, boolean status) {
        super(message);
        this.code = code;
        this.status = status;
    }

    KubeException(String message) {
        this(message, UNANSWERED, false);
    }

    /** What the API server answered instead of what was asked for. */
    static KubeException answered(int code, String message, boolean status) {
        return new KubeException(message, code, status);
    }

    /** HTTP's code; 0 where nothing was answered. */
    public int code() {
        return code;
    }

    /** Whether the API server said by a Status of its own what is wrong with the object that was asked for. */
    public boolean ofAnObject() {
        return status;
    }
}
