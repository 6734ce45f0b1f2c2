package dev.kvcachepool.e2e.runtime.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Names one object; cluster-wide ones have an empty namespace. */
public record Key(Class<? extends HasMetadata> type, String namespace, String name) {
    public static Key of(HasMetadata object) {
        var metadata = object.getMetadata();
        return new Key(
                object.getClass(), metadata.getNamespace() == null ? "" : metadata.getNamespace(), metadata.getName());
    }

    @Override
    public String toString() {
        return type.getSimpleName() + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
    }
}
