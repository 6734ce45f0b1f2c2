package dev.kvcachepool.e2e.kube.resource;

import dev.kvcachepool.e2e.kube.model.ApiFailure;

/** The patches there are, by their media types. */
public enum PatchKind {
    JSON("application/json-patch+json"),
    MERGE("application/merge-patch+json"),
    STRATEGIC("application/strategic-merge-patch+json"),
    APPLY("application/apply-patch+yaml");

    private final String mediaType;

    PatchKind(String mediaType) {
        this.mediaType = mediaType;
    }

    public static PatchKind of(String contentType) {
        for (var kind : values()) {
            if (contentType.startsWith(kind.mediaType)) {
                return kind;
            }
        }
        throw ApiFailure.unsupportedMediaType(acceptedByCustomKinds() + ", " + STRATEGIC.mediaType);
    }

    static String acceptedByCustomKinds() {
        return String.join(", ", JSON.mediaType, MERGE.mediaType, APPLY.mediaType);
    }
}
