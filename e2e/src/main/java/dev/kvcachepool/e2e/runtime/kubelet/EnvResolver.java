package dev.kvcachepool.e2e.runtime.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A container's environment: envFrom in order, then env, where a value may refer to what came before it. */
final class EnvResolver {
    private final Pod pod;
    private final String podIp;
    private final ConfigSources sources;
    private final Map<String, String> resolved = new LinkedHashMap<>();

    private EnvResolver(Pod pod, String podIp, ConfigSources sources) {
        this.pod = pod;
        this.podIp = podIp;
        this.sources = sources;
    }

    static Map<String, String> resolve(Pod pod, Container container, String podIp, ConfigSources sources)
            throws ConfigError {
        var resolver = new EnvResolver(pod, podIp, sources);
        for (var from : container.getEnvFrom()) {
            resolver.addAll(from);
        }
        for (var variable : container.getEnv()) {
            resolver.add(container, variable);
        }
        return resolver.resolved;
    }

    private void addAll(EnvFromSource from) throws ConfigError {
        var prefix = from.getPrefix() == null ? "" : from.getPrefix();
        if (from.getConfigMapRef() != null) {
            var reference = from.getConfigMapRef();
            var data = sources.configMap(reference.getName());
            addAll(prefix, data, "configmap", reference.getName(), Boolean.TRUE.equals(reference.getOptional()));
        }
        if (from.getSecretRef() != null) {
            var reference = from.getSecretRef();
            var data = sources.secret(reference.getName());
            addAll(prefix, data, "secret", reference.getName(), Boolean.TRUE.equals(reference.getOptional()));
        }
    }

    private void addAll(String prefix, Optional<Map<String, byte[]>> data, String kind, String name, boolean optional)
            throws ConfigError {
        if (data.isEmpty() && !optional) {
            throw new ConfigError(kind + " \"" + name + "\" not found");
        }
        data.ifPresent(files ->
                files.forEach((key, value) -> resolved.put(prefix + key, new String(value, StandardCharsets.UTF_8))));
    }

    private void add(Container container, EnvVar variable) throws ConfigError {
        var from = variable.getValueFrom();
        if (from == null) {
            var value = variable.getValue() == null ? "" : variable.getValue();
            resolved.put(variable.getName(), EnvReferences.expand(value, resolved));
        } else {
            value(container, from).ifPresent(value -> resolved.put(variable.getName(), value));
        }
    }

    private Optional<String> value(Container container, EnvVarSource from) throws ConfigError {
        if (from.getFieldRef() != null) {
            return Optional.of(PodField.value(pod, podIp, from.getFieldRef().getFieldPath()));
        }
        if (from.getResourceFieldRef() != null) {
            return Optional.of(ResourceField.value(pod, container, from.getResourceFieldRef()));
        }
        if (from.getConfigMapKeyRef() != null) {
            var key = from.getConfigMapKeyRef();
            return sources.text(
                    "configmap",
                    sources.configMap(key.getName()),
                    key.getName(),
                    key.getKey(),
                    Boolean.TRUE.equals(key.getOptional()));
        }
        var key = from.getSecretKeyRef();
        return sources.text(
                "secret",
                sources.secret(key.getName()),
                key.getName(),
                key.getKey(),
                Boolean.TRUE.equals(key.getOptional()));
    }
}
