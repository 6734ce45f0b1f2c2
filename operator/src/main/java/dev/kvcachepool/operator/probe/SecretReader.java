package dev.kvcachepool.operator.probe;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Reads Secrets of one namespace by name, and remembers what was wrong with them. Confined to one thread. */
public final class SecretReader {
    private static final String MAC = "HmacSHA256";
    private static final int DIGEST_BYTES = 4;

    private final KubernetesClient client;
    private final String namespace;
    private final List<String> wrong = new ArrayList<>();
    /** What was read, by name and key. */
    private final Map<String, String> read = new TreeMap<>();

    public SecretReader(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /**
     * The text behind a key.
     *
     * @param field of the resource that names the Secret, for the message
     */
    public Optional<String> read(String field, String name, String key) {
        try {
            var secret = client.secrets().inNamespace(namespace).withName(name).get();
            if (secret == null) {
                wrong.add("Secret " + namespace + "/" + name + ", which " + field
                        + " names, does not exist: create it with the key " + key);
                return Optional.empty();
            }
            return text(field, secret, key);
        } catch (KubernetesClientException e) {
            wrong.add("Secret " + namespace + "/" + name + ", which " + field + " names, can't be read (" + e.getCode()
                    + "): let the operator's ServiceAccount get Secrets of this namespace");
            return Optional.empty();
        }
    }

    /**
     * Looks for keys, and keeps nothing of what they say.
     *
     * @param field of the pool that names the Secret, for the message
     */
    void require(String field, String name, String... keys) {
        for (var key : keys) {
            read(field, name, key);
        }
    }

    private Optional<String> text(String field, Secret secret, String key) {
        var data = secret.getData() == null ? null : secret.getData().get(key);
        if (data == null || data.isEmpty()) {
            wrong.add("Secret " + namespace + "/" + secret.getMetadata().getName() + ", which " + field
                    + " names, has no key " + key + ": add it");
            return Optional.empty();
        }
        read.put(secret.getMetadata().getName() + "/" + key, data);
        return Optional.of(new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8));
    }

    /**
     * 32 bits that are others when anything that was read says something else: enough to notice a change, too few to tell a
     * password. Null where nothing was read, or something is missing.
     *
     * @param key another one gives other bits
     */
    @Nullable
    String digest(String key) {
        if (read.isEmpty() || !wrong.isEmpty()) {
            return null;
        }
        try {
            var mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), MAC));
            var bits = mac.doFinal(read.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(bits, 0, DIGEST_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + MAC, e);
        }
    }

    /** A sentence for each thing that was wrong, in the order it was met. */
    public List<String> wrong() {
        return wrong.stream().distinct().toList();
    }
}
