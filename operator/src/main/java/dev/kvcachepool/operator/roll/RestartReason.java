package dev.kvcachepool.operator.roll;

/** Why a running cache-node is restarted. */
public enum RestartReason {
    RestartRequested,
    SettingsChanged,
    SecretsChanged,
    /** It was to restart where it is and goes on as it was, as a node of a version that knows of no such thing does. */
    RestartRefused,
    PodChanged,
    ImageChanged;

    /** Why a node of form {@code present} has to become {@code wanted}, which is another. */
    static RestartReason of(NodeForm present, NodeForm wanted) {
        if (present.isAskedFor(wanted)) {
            return RestartRequested;
        }
        if (!present.settings().equals(wanted.settings())) {
            return SettingsChanged;
        }
        if (!present.secrets().equals(wanted.secrets())) {
            return SecretsChanged;
        }
        return present.shape().equals(wanted.shape()) ? ImageChanged : PodChanged;
    }

    /** A half sentence that follows "as". */
    String because(NodeForm wanted) {
        return switch (this) {
            case RestartRequested -> "a restart was asked for";
            case SettingsChanged -> "its settings are others";
            case SecretsChanged -> "a Secret that it has read at its start says something else";
            case RestartRefused -> "it was told to restart where it is and has not";
            case PodChanged -> "its pod's specification is another";
            case ImageChanged -> "its image is " + wanted.image() + " now";
        };
    }
}
