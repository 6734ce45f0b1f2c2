package dev.kvcachepool.operator.desired;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A short hash of what there shall be. On a child it tells a change of ours from one made by hand: where the hash is the
 * desired one and the child isn't, somebody else changed it.
 */
public final class DesiredHash {
    /** On each child: hash of the child as the operator wants it. */
    public static final String CHILD = "kvcachepool.dev/desired-hash";

    /** On pods: hash of the settings that they start with; another one makes new pods. */
    static final String CONFIG = "kvcachepool.dev/config-hash";

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
    private static final int HEX_DIGITS = 16;

    private DesiredHash() {}

    static String of(Map<String, String> settings) {
        return digest(new TreeMap<>(settings).toString());
    }

    /** Of any object of Kubernetes' model. */
    static String ofObject(Object object) {
        return digest(SERIALIZATION.asJson(object));
    }

    /** Adds its hash to {@code child}. */
    public static <R extends HasMetadata> R mark(R child) {
        var hash = digest(SERIALIZATION.asJson(child));
        var annotations = new TreeMap<String, String>();
        if (child.getMetadata().getAnnotations() != null) {
            annotations.putAll(child.getMetadata().getAnnotations());
        }
        annotations.put(CHILD, hash);
        child.getMetadata().setAnnotations(annotations);
        return child;
    }

    /** The hash on a child, null when it bears none. */
    public static @Nullable String marked(HasMetadata child) {
        var annotations = child.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(CHILD);
    }

    private static String digest(String text) {
        try {
            var bytes = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(bytes).substring(0, HEX_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
