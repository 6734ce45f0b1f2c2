package dev.kvcachepool.e2e.runtime.kubelet;

/** A container can't be made from what its pod says and the API holds, for now; the message is for the pod's status. */
final class ConfigError extends Exception {
    private static final long serialVersionUID = 1;

    ConfigError(String message) {
        super(message);
    }
}
