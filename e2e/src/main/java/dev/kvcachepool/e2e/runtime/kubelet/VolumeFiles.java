package dev.kvcachepool.e2e.runtime.kubelet;

import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which files the volumes of a pod have now: those of ConfigMaps, Secrets and of its own fields. */
record VolumeFiles(Pod pod, String podIp, ConfigSources sources) {
    private static final int DEFAULT_MODE = 0644;

    /**
     * One of them.
     *
     * @param path in the volume
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record VolumeFile(String path, byte[] bytes, int mode) {}

    /** Empty for a volume whose files are the container's own. */
    Optional<List<VolumeFile>> of(Volume volume) throws ConfigError {
        if (volume.getConfigMap() != null) {
            var source = volume.getConfigMap();
            return Optional.of(configMap(
                    source.getName(), source.getItems(), source.getOptional(), mode(source.getDefaultMode())));
        }
        if (volume.getSecret() != null) {
            var source = volume.getSecret();
            return Optional.of(secret(
                    source.getSecretName(), source.getItems(), source.getOptional(), mode(source.getDefaultMode())));
        }
        if (volume.getProjected() == null) {
            return Optional.empty();
        }
        var files = new ArrayList<VolumeFile>();
        for (var projection : volume.getProjected().getSources()) {
            files.addAll(projected(projection, mode(volume.getProjected().getDefaultMode())));
        }
        return Optional.of(files);
    }

    private static int mode(@Nullable Integer given) {
        return given == null ? DEFAULT_MODE : given;
    }

    private List<VolumeFile> projected(VolumeProjection projection, int mode) throws ConfigError {
        if (projection.getConfigMap() != null) {
            var source = projection.getConfigMap();
            return configMap(source.getName(), source.getItems(), source.getOptional(), mode);
        }
        if (projection.getSecret() != null) {
            var source = projection.getSecret();
            return secret(source.getName(), source.getItems(), source.getOptional(), mode);
        }
        var files = new ArrayList<VolumeFile>();
        for (var item : projection.getDownwardAPI().getItems()) {
            files.add(field(item, mode));
        }
        return files;
    }

    private VolumeFile field(DownwardAPIVolumeFile item, int mode) throws ConfigError {
        var text = PodField.value(pod, podIp, item.getFieldRef().getFieldPath());
        return new VolumeFile(
                item.getPath(), text.getBytes(StandardCharsets.UTF_8), item.getMode() == null ? mode : item.getMode());
    }

    private List<VolumeFile> configMap(String name, List<KeyToPath> items, @Nullable Boolean optional, int mode)
            throws ConfigError {
        return chosen(found("configmap", name, sources.configMap(name), optional), items, optional, mode);
    }

    private List<VolumeFile> secret(String name, List<KeyToPath> items, @Nullable Boolean optional, int mode)
            throws ConfigError {
        return chosen(found("secret", name, sources.secret(name), optional), items, optional, mode);
    }

    private static Map<String, byte[]> found(
            String kind, String name, Optional<Map<String, byte[]>> data, @Nullable Boolean optional)
            throws ConfigError {
        if (data.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw new ConfigError(kind + " \"" + name + "\" not found");
        }
        return data.orElse(Map.of());
    }

    private static List<VolumeFile> chosen(
            Map<String, byte[]> files, List<KeyToPath> items, @Nullable Boolean optional, int mode) throws ConfigError {
        if (items.isEmpty()) {
            return files.entrySet().stream()
                    .map(file -> new VolumeFile(file.getKey(), file.getValue(), mode))
                    .toList();
        }
        var chosen = new ArrayList<VolumeFile>();
        for (var item : items) {
            var bytes = files.get(item.getKey());
            if (bytes != null) {
                chosen.add(new VolumeFile(item.getPath(), bytes, item.getMode() == null ? mode : item.getMode()));
            } else if (!Boolean.TRUE.equals(optional)) {
                throw new ConfigError("references non-existent config key: " + item.getKey());
            }
        }
        return chosen;
    }
}
