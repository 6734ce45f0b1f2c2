package dev.kvcachepool.e2e.kube.model;

/** What sets a kind apart in the API's treatment of it. */
public enum Trait {
    /** Its objects live in namespaces. */
    NAMESPACED,
    /** It has a status subresource: writes to the object leave the status alone. */
    STATUS,
    /** It has a scale subresource. */
    SCALE,
    /** Its objects count changes of their spec in metadata.generation. */
    GENERATION
}
