package dev.kvcachepool.e2e.runtime;

import java.util.Map;

/** A node that the runtime plays; the name label is set by itself, the zone from here unless it is empty. */
public record NodeSettings(String name, String zone, Map<String, String> labels) {
    public NodeSettings {
        labels = Map.copyOf(labels);
    }

    public static NodeSettings of(String name, String zone) {
        return new NodeSettings(name, zone, Map.of());
    }
}
