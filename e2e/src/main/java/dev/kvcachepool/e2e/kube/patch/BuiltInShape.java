package dev.kvcachepool.e2e.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The shape of the built-in kinds and of every object's metadata, from a table of the fields whose lists merge. A
 * field is looked up as {@code parent.name}, then by its name alone.
 *
 * @param path the names of the fields that lead here, after the kind's own name
 */
public record BuiltInShape(List<String> path) implements Shape {
    private static final Map<String, List<String>> KEYS = Map.ofEntries(
            Map.entry("containers", List.of("name")),
            Map.entry("initContainers", List.of("name")),
            Map.entry("ephemeralContainers", List.of("name")),
            Map.entry("env", List.of("name")),
            Map.entry("volumes", List.of("name")),
            Map.entry("volumeMounts", List.of("mountPath")),
            Map.entry("volumeDevices", List.of("devicePath")),
            Map.entry("imagePullSecrets", List.of("name")),
            Map.entry("hostAliases", List.of("ip")),
            Map.entry("topologySpreadConstraints", List.of("topologyKey", "whenUnsatisfiable")),
            Map.entry("resourceClaims", List.of("name")),
            Map.entry("conditions", List.of("type")),
            Map.entry("ownerReferences", List.of("uid")),
            Map.entry("taints", List.of("key", "effect")),
            Map.entry("podIPs", List.of("ip")),
            Map.entry("containers.ports", List.of("containerPort", "protocol")),
            Map.entry("initContainers.ports", List.of("containerPort", "protocol")),
            Map.entry("Service.spec.ports", List.of("port", "protocol")),
            Map.entry("Node.status.addresses", List.of("type")),
            Map.entry("ServiceAccount.secrets", List.of("name")),
            Map.entry("readinessGates", List.of("conditionType")));
    private static final Set<String> SETS = Set.of("finalizers");
    private static final Set<String> ATOMIC = Set.of(
            "selector",
            "labelSelector",
            "podSelector",
            "namespaceSelector",
            "nodeSelector",
            "fieldRef",
            "secretKeyRef",
            "configMapKeyRef",
            "resourceFieldRef",
            "roleRef",
            "involvedObject",
            "regarding",
            "targetRef",
            "claimRef");
    private static final JsonNode TCP = TextNode.valueOf("TCP");

    public BuiltInShape {
        path = List.copyOf(path);
    }

    public static Shape of(String kind) {
        return new BuiltInShape(List.of(kind));
    }

    @Override
    public Shape field(String name) {
        var deeper = new ArrayList<>(path);
        deeper.add(name);
        return new BuiltInShape(deeper);
    }

    @Override
    public Shape item() {
        return this;
    }

    @Override
    public Lists lists() {
        if (SETS.contains(path.getLast())) {
            return Lists.SET;
        }
        return keys().isEmpty() ? Lists.ATOMIC : Lists.KEYED;
    }

    @Override
    public List<String> keys() {
        for (int names = Math.min(3, path.size()); names > 0; names--) {
            var keys = KEYS.get(String.join(".", path.subList(path.size() - names, path.size())));
            if (keys != null) {
                return keys;
            }
        }
        return List.of();
    }

    @Override
    public Optional<JsonNode> keyDefault(String key) {
        return switch (key) {
            case "protocol" -> Optional.of(TCP);
            case "port" -> Optional.of(IntNode.valueOf(0));
            default -> Optional.empty();
        };
    }

    @Override
    public boolean atomic() {
        return ATOMIC.contains(path.getLast());
    }
}
