package dev.kvcachepool.e2e.kube.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The kinds that are served now: the built-in ones, and those of the CustomResourceDefinitions. Safe for threads. */
public final class ResourceTypes {
    /** The kind of CustomResourceDefinitions. */
    public static final String DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io";

    private final Map<String, List<ResourceType>> custom = new LinkedHashMap<>();
    private volatile List<ResourceType> served = BuiltInTypes.all();

    public Optional<ResourceType> find(String group, String version, String plural) {
        return served.stream()
                .filter(type -> type.group().equals(group)
                        && type.version().equals(version)
                        && type.plural().equals(plural))
                .findFirst();
    }

    /** Any served version of the kind. */
    public Optional<ResourceType> ofResource(String resource) {
        return served.stream().filter(type -> type.is(resource)).findFirst();
    }

    /** A kind that is always there. */
    public ResourceType builtIn(String resource) {
        return ofResource(resource).orElseThrow();
    }

    public List<ResourceType> all() {
        return served;
    }

    /** Serves the definition's versions in place of those it had before. */
    public synchronized void serve(String definition, Collection<ResourceType> versions) {
        custom.put(definition, List.copyOf(versions));
        rebuild();
    }

    public synchronized void withdraw(String definition) {
        if (custom.remove(definition) != null) {
            rebuild();
        }
    }

    private void rebuild() {
        var all = new ArrayList<>(BuiltInTypes.all());
        custom.values().forEach(all::addAll);
        served = List.copyOf(all);
    }
}
