package dev.kvcachepool.e2e.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An object's {@code managedFields}: who wrote, by apply or otherwise, which of its fields. Not for many threads. */
public final class FieldOwners {
    /** One owner: the same manager is another one when it updates, or when it writes a subresource. */
    public record Owner(String manager, boolean applies, String subresource) {}

    /** What an owner has: of which version, since when, which fields. */
    record Holding(String apiVersion, String time, FieldSet fields) {}

    private static final List<String> SERVERS_OWN = List.of(
            "name",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "managedFields",
            "selfLink");

    private final Map<Owner, Holding> holdings = new LinkedHashMap<>();

    public static FieldOwners of(JsonNode object) {
        var owners = new FieldOwners();
        Json.at(object, "metadata", "managedFields").forEach(entry -> {
            var applies = Json.text(entry, "operation").equals("Apply");
            var owner = new Owner(Json.text(entry, "manager"), applies, Json.text(entry, "subresource"));
            var fields = FieldSet.parse(entry.path("fieldsV1"));
            owners.holdings.put(owner, new Holding(Json.text(entry, "apiVersion"), Json.text(entry, "time"), fields));
        });
        return owners;
    }

    Map<Owner, Holding> all() {
        return Map.copyOf(holdings);
    }

    FieldSet fields(Owner owner) {
        var holding = holdings.get(owner);
        return holding == null ? FieldSet.EMPTY : holding.fields();
    }

    /** All that others than this one own. */
    FieldSet others(Owner owner) {
        var all = FieldSet.EMPTY;
        for (var entry : holdings.entrySet()) {
            if (!entry.getKey().equals(owner)) {
                all = all.union(entry.getValue().fields());
            }
        }
        return all;
    }

    /** Gives the owner these fields and no others; its time moves only when they change. */
    void set(Owner owner, String apiVersion, FieldSet fields, Instant now) {
        if (fields.isEmpty()) {
            holdings.remove(owner);
            return;
        }
        var old = holdings.get(owner);
        var same =
                old != null && old.fields().equals(fields) && old.apiVersion().equals(apiVersion);
        if (!same) {
            holdings.put(owner, new Holding(apiVersion, Json.time(now), fields));
        }
    }

    /** Takes the fields from everyone but the owner. */
    void takeFromOthers(Owner owner, FieldSet taken) {
        holdings.replaceAll((other, holding) -> other.equals(owner)
                ? holding
                : new Holding(
                        holding.apiVersion(), holding.time(), holding.fields().minus(taken)));
        holdings.values().removeIf(holding -> holding.fields().isEmpty());
    }

    /** Forgets fields that the object no longer has. */
    void keepOnly(FieldSet present) {
        holdings.replaceAll((_, holding) -> new Holding(
                holding.apiVersion(), holding.time(), holding.fields().intersection(present)));
        holdings.values().removeIf(holding -> holding.fields().isEmpty());
    }

    /**
     * Notes an update: what changed belongs to this owner from now on, and to nobody else.
     *
     * @param now the object as it will be, its managedFields still those of before
     */
    public static void noteUpdate(JsonNode old, ObjectNode now, Shape shape, Owner owner, Instant time) {
        var owners = of(old);
        var changed = writable(Fields.changed(bare(old), bare(now), shape));
        owners.takeFromOthers(owner, changed);
        owners.keepOnly(Fields.of(bare(now), shape));
        if (!changed.isEmpty()) {
            owners.set(owner, Json.text(now, "apiVersion"), owners.fields(owner).union(changed), time);
        }
        owners.writeTo(now);
    }

    void writeTo(ObjectNode object) {
        var list = Json.array();
        holdings.forEach((owner, holding) -> list.add(entry(owner, holding)));
        put(object, list);
    }

    private static void put(ObjectNode object, ArrayNode list) {
        if (list.isEmpty()) {
            Json.child(object, "metadata").remove("managedFields");
        } else {
            Json.child(object, "metadata").set("managedFields", list);
        }
    }

    private static ObjectNode entry(Owner owner, Holding holding) {
        var entry = Json.object()
                .put("manager", owner.manager())
                .put("operation", owner.applies() ? "Apply" : "Update")
                .put("apiVersion", holding.apiVersion())
                .put("time", holding.time())
                .put("fieldsType", "FieldsV1");
        entry.set("fieldsV1", holding.fields().json());
        if (!owner.subresource().isEmpty()) {
            entry.put("subresource", owner.subresource());
        }
        return entry;
    }

    /** The object without what nobody owns. */
    static ObjectNode bare(JsonNode object) {
        var bare = object instanceof ObjectNode node ? node.deepCopy() : Json.object();
        if (bare.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        return bare;
    }

    /** What the server itself writes belongs to nobody. */
    static FieldSet writable(FieldSet fields) {
        var metadata = fields.child("f:metadata");
        for (var own : SERVERS_OWN) {
            metadata = metadata.without("f:" + own);
        }
        var rest = fields.without("f:apiVersion").without("f:kind").without("f:metadata");
        var children = new LinkedHashMap<>(rest.children());
        if (!metadata.isEmpty()) {
            children.put("f:metadata", metadata);
        }
        return new FieldSet(false, children);
    }
}
