package dev.kvcachepool.e2e.kube.resource;

import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.store.ObjectKey;

/** What a request is about: an object, and perhaps one of its subresources (empty when it is the object itself). */
public record Target(ResourceType type, ObjectKey key, String subresource) {
    Target with(String other) {
        return new Target(type, key, other);
    }
}
