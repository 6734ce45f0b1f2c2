package dev.kvcachepool.e2e.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.e2e.kube.model.Json;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The shape that a CustomResourceDefinition's schema gives to a place. */
public record SchemaShape(JsonNode schema) implements Shape {

    /** The whole object's: its metadata is shaped as everyone's. */
    public static Shape root(String kind, JsonNode schema) {
        return new Root(new SchemaShape(schema), kind);
    }

    @Override
    public Shape field(String name) {
        var property = schema.path("properties").path(name);
        return new SchemaShape(property.isMissingNode() ? schema.path("additionalProperties") : property);
    }

    @Override
    public Shape item() {
        return new SchemaShape(schema.path("items"));
    }

    @Override
    public Lists lists() {
        return switch (Json.text(schema, "x-kubernetes-list-type")) {
            case "map" -> Lists.KEYED;
            case "set" -> Lists.SET;
            default -> Lists.ATOMIC;
        };
    }

    @Override
    public List<String> keys() {
        return Json.texts(schema.path("x-kubernetes-list-map-keys"));
    }

    @Override
    public Optional<JsonNode> keyDefault(String key) {
        var value = Json.at(schema, "items", "properties", key, "default");
        return value.isMissingNode() ? Optional.empty() : Optional.of(value);
    }

    @Override
    public boolean atomic() {
        return Json.text(schema, "x-kubernetes-map-type").equals("atomic");
    }

    private record Root(SchemaShape schema, String kind) implements Shape {
        private static final Set<String> EVERYWHERE = Set.of("apiVersion", "kind", "metadata");

        @Override
        public Shape field(String name) {
            return EVERYWHERE.contains(name) ? BuiltInShape.of(kind).field(name) : schema.field(name);
        }

        @Override
        public Shape item() {
            return schema.item();
        }

        @Override
        public Lists lists() {
            return schema.lists();
        }

        @Override
        public List<String> keys() {
            return schema.keys();
        }

        @Override
        public Optional<JsonNode> keyDefault(String key) {
            return schema.keyDefault(key);
        }

        @Override
        public boolean atomic() {
            return false;
        }
    }
}
