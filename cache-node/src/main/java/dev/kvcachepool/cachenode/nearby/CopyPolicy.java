package dev.kvcachepool.cachenode.nearby;

/** Whether a value that came from another node is kept here too. */
public enum CopyPolicy {
    /** It goes to the client and nowhere else. */
    NEVER,
    /** From the second time on that it comes within a while: what is read once takes nobody's room. */
    SECOND_USE,
    /** Always. */
    ALWAYS
}
