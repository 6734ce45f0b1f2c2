package dev.kvcachepool.e2e.kube.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.model.ResourceTypes;
import dev.kvcachepool.e2e.kube.model.Trait;
import java.util.ArrayList;
import java.util.List;

/** What clients ask first: the server's version, its groups and kinds. */
public final class Discovery {
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    private final ResourceTypes types;

    public Discovery(ResourceTypes types) {
        this.types = types;
    }

    /** The version whose behaviour is followed. */
    public ObjectNode version() {
        return Json.object()
                .put("major", "1")
                .put("minor", "32")
                .put("gitVersion", "v1.32.0+in-memory")
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "")
                .put("compiler", "")
                .put("platform", "in-memory");
    }

    public ObjectNode coreVersions() {
        var versions = Json.object().put("kind", "APIVersions");
        versions.putArray("versions").add("v1");
        return versions;
    }

    public ObjectNode groups() {
        var list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        var groups = list.putArray("groups");
        types.all().stream()
                .map(ResourceType::group)
                .filter(group -> !group.isEmpty())
                .distinct()
                .forEach(group -> groups.add(group(group)));
        return list;
    }

    public ObjectNode group(String name) {
        var versions = types.all().stream()
                .filter(type -> type.group().equals(name))
                .map(ResourceType::version)
                .distinct()
                .toList();
        if (versions.isEmpty() || name.isEmpty()) {
            throw ApiFailure.noSuchPath();
        }
        var group =
                Json.object().put("kind", "APIGroup").put("apiVersion", "v1").put("name", name);
        var list = group.putArray("versions");
        versions.forEach(version -> list.add(version(name, version)));
        group.set("preferredVersion", version(name, versions.getFirst()));
        return group;
    }

    public ObjectNode resources(String group, String version) {
        var served = types.all().stream()
                .filter(type -> type.group().equals(group) && type.version().equals(version))
                .toList();
        if (served.isEmpty()) {
            throw ApiFailure.noSuchPath();
        }
        var list = Json.object().put("kind", "APIResourceList").put("apiVersion", "v1");
        list.put("groupVersion", served.getFirst().apiVersion());
        var resources = list.putArray("resources");
        for (var type : served) {
            resources.add(resource(type));
            subresources(type).forEach(resources::add);
        }
        return list;
    }

    private static ObjectNode version(String group, String version) {
        return Json.object().put("groupVersion", group + "/" + version).put("version", version);
    }

    private static ObjectNode resource(ResourceType type) {
        var resource = entry(type, type.plural(), type.singular(), type.kind(), VERBS);
        if (!type.shortNames().isEmpty()) {
            resource.set("shortNames", Json.arrayOf(type.shortNames()));
        }
        if (!type.categories().isEmpty()) {
            resource.set("categories", Json.arrayOf(type.categories()));
        }
        return resource;
    }

    private static List<ObjectNode> subresources(ResourceType type) {
        var list = new ArrayList<ObjectNode>();
        var verbs = List.of("get", "patch", "update");
        if (type.has(Trait.STATUS)) {
            list.add(entry(type, type.plural() + "/status", "", type.kind(), verbs));
        }
        if (type.has(Trait.SCALE)) {
            list.add(entry(type, type.plural() + "/scale", "", "Scale", verbs)
                    .put("group", "autoscaling")
                    .put("version", "v1"));
        }
        if (type.is("pods")) {
            list.add(entry(type, "pods/binding", "", "Binding", List.of("create")));
            list.add(entry(type, "pods/eviction", "", "Eviction", List.of("create"))
                    .put("group", "policy")
                    .put("version", "v1"));
            list.add(entry(type, "pods/log", "", "Pod", List.of("get")));
        }
        return list;
    }

    private static ObjectNode entry(ResourceType type, String name, String singular, String kind, List<String> verbs) {
        var entry = Json.object()
                .put("name", name)
                .put("singularName", singular)
                .put("namespaced", type.namespaced())
                .put("kind", kind);
        entry.set("verbs", Json.arrayOf(verbs));
        return entry;
    }
}
