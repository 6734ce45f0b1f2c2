package dev.kvcachepool.kvp.kube;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What a kubeconfig has either in itself or in a file. Errors show no content. */
final class Material {
    private Material() {}

    /** Base64 under {@code name}-data, which is believed before a file's under {@code name}; null where there is neither. */
    static byte @Nullable [] of(JsonNode node, String name, Path folder) {
        var data = Kubeconfig.text(node, name + "-data");
        if (!data.isEmpty()) {
            try {
                return Base64.getDecoder().decode(data.replace("\n", "").replace(" ", ""));
            } catch (IllegalArgumentException e) {
                throw new KubeException("the kubeconfig's " + name + "-data is not Base64");
            }
        }
        var file = Kubeconfig.text(node, name);
        return file.isEmpty() ? null : bytes(folder.resolve(file));
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new KubeException("the kubeconfig names " + file + ", which can't be read");
        }
    }
}
