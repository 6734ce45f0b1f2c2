package dev.kvcachepool.e2e.kube.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One kind in one version: how it is addressed and what sets it apart. The core group's name is the empty text. */
public record ResourceType(
        String group,
        String version,
        String plural,
        String singular,
        String kind,
        List<String> shortNames,
        List<String> categories,
        Set<Trait> traits,
        Optional<CustomVersion> custom) {

    public ResourceType {
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
        traits = Set.copyOf(traits);
    }

    public boolean has(Trait trait) {
        return traits.contains(trait);
    }

    public boolean namespaced() {
        return has(Trait.NAMESPACED);
    }

    /** The kind's name whatever its version: {@code statefulsets.apps}, {@code pods}. Objects are stored under it. */
    public String resource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    public boolean is(String resource) {
        return resource().equals(resource);
    }
}
