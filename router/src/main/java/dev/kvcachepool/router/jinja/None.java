package dev.kvcachepool.router.jinja;

/** Python's {@code None}, JSON's null. */
public enum None {
    NONE
}
