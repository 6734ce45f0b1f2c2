package dev.kvcachepool.operator.inject;

/** Why a pod is given nothing: a sentence for people. */
final class Skip extends Exception {
    private static final long serialVersionUID = 1;

    Skip(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
