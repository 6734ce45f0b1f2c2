package dev.kvcachepool.bridges.lmcache;

import com.fasterxml.jackson.core.JsonParser;
import dev.kvcachepool.bridges.lmcache.CacheEvent.Change;
import dev.kvcachepool.bridges.lmcache.CacheEvent.Level;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One batch of a record while it is read. Confined to one thread. */
final class EventFields {
    private static final int MOST_ENTRIES = 1 << 16;
    /** Of names, as holders' ids have them. */
    private static final int MOST_NAME = 512;

    private final List<CacheEntry> entries = new ArrayList<>();
    private @Nullable String instance;
    private @Nullable Long incarnation;
    private @Nullable Long sequence;
    private @Nullable Change type;
    private @Nullable Level tier;
    private String backend = "";
    private boolean shared;
    private double seconds;
    private long capacityBytes = -1;
    private long capacityRevision = -1;

    private EventFields() {}

    /** The event at which the parser stands. */
    static CacheEvent read(JsonParser json) throws IOException {
        var fields = new EventFields();
        FieldsOfJson.require("entries", FieldsOfJson.object(json, "a batch", fields::take));
        return fields.event();
    }

    private boolean take(String name, JsonParser json) throws IOException {
        switch (name) {
            case "instance_id" -> instance = FieldsOfJson.text(json, name, 1, MOST_NAME);
            case "incarnation" -> incarnation = FieldsOfJson.whole(json, name, 0, Long.MAX_VALUE);
            case "seq" -> sequence = FieldsOfJson.whole(json, name, 1, Long.MAX_VALUE);
            case "event_type" -> type = FieldsOfJson.oneOf(json, name, Change.class, MOST_NAME);
            case "tier" -> tier = FieldsOfJson.oneOf(json, name, Level.class, MOST_NAME);
            case "entries" ->
                FieldsOfJson.array(json, name, MOST_ENTRIES, entry -> entries.add(EntryFields.read(entry)));
            default -> {
                return takeOptional(name, json);
            }
        }
        return true;
    }

    private boolean takeOptional(String name, JsonParser json) throws IOException {
        switch (name) {
            case "backend" -> backend = FieldsOfJson.text(json, name, 0, EntryFields.MOST_TEXT);
            case "shared" -> shared = FieldsOfJson.truth(json, name);
            case "ts" -> seconds = FieldsOfJson.number(json, name);
            case "capacity_bytes" -> capacityBytes = FieldsOfJson.whole(json, name, -1, Long.MAX_VALUE);
            case "capacity_revision" -> capacityRevision = FieldsOfJson.whole(json, name, -1, Long.MAX_VALUE);
            default -> {
                return false;
            }
        }
        return true;
    }

    private CacheEvent event() {
        return new CacheEvent(
                FieldsOfJson.required("instance_id", instance),
                FieldsOfJson.required("incarnation", incarnation),
                FieldsOfJson.required("seq", sequence),
                FieldsOfJson.required("event_type", type),
                FieldsOfJson.required("tier", tier),
                backend,
                entries,
                shared,
                seconds,
                capacityBytes,
                capacityRevision);
    }
}
