package dev.kvcachepool.operator.inject;

import com.fasterxml.jackson.databind.node.ArrayNode;

/** What becomes of a pod that is about to be made. */
public sealed interface Outcome {
    /** It is no engine's of any pool, or wants to be left alone. */
    record Untouched() implements Outcome {}

    /**
     * It is given a pool's settings.
     *
     * @param patch a JSON Patch (RFC 6902) of the pod; empty where it has all of it
     */
    record Injected(String pool, ArrayNode patch) implements Outcome {}

    /**
     * It is an engine's and given nothing.
     *
     * @param reason a sentence for people
     * @param patch writes the reason into the pod, and nothing else
     */
    record Skipped(String reason, ArrayNode patch) implements Outcome {}
}
