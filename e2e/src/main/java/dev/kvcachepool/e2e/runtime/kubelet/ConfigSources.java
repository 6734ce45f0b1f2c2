package dev.kvcachepool.e2e.runtime.kubelet;

import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The bytes in ConfigMaps and Secrets of one namespace. */
record ConfigSources(ObjectCache cache, String namespace) {
    Optional<Map<String, byte[]>> configMap(String name) {
        return Optional.ofNullable(cache.get(ConfigMap.class, namespace, name)).map(map -> {
            var files = new TreeMap<String, byte[]>();
            map.getData().forEach((key, text) -> files.put(key, text.getBytes(StandardCharsets.UTF_8)));
            map.getBinaryData()
                    .forEach((key, text) -> files.put(key, Base64.getDecoder().decode(text)));
            return files;
        });
    }

    Optional<Map<String, byte[]>> secret(String name) {
        return Optional.ofNullable(cache.get(Secret.class, namespace, name)).map(secret -> {
            var files = new TreeMap<String, byte[]>();
            secret.getData()
                    .forEach((key, text) -> files.put(key, Base64.getDecoder().decode(text)));
            return files;
        });
    }

    /** One key's text; a missing object or key is an error unless it is optional. */
    Optional<String> text(String kind, Optional<Map<String, byte[]>> data, String name, String key, boolean optional)
            throws ConfigError {
        if (data.isEmpty() && !optional) {
            throw new ConfigError(kind + " \"" + name + "\" not found");
        }
        var value = data.flatMap(files -> Optional.ofNullable(files.get(key)));
        if (value.isEmpty() && !optional) {
            throw new ConfigError("couldn't find key " + key + " in " + kind + " " + namespace + "/" + name);
        }
        return value.map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
}
