package dev.kvcachepool.e2e.kube.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.store.Change;
import dev.kvcachepool.e2e.kube.store.ObjectStore;
import dev.kvcachepool.e2e.kube.store.Watcher;
import dev.kvcachepool.e2e.kube.view.Tables;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * One watch, as the events that its client is sent: first, where it asks for them, the objects that are there, then the
 * changes. Used by one thread at a time, apart from the wake-up.
 */
final class WatchFeed implements AutoCloseable {
    private static final int BATCH = 64;
    private final ObjectStore store;
    private final ResourceType type;
    private final Selection selection;
    private final boolean bookmarks;
    private final Optional<Tables> tables;
    private final ArrayDeque<ObjectNode> first = new ArrayDeque<>();
    private final Watcher watcher;
    private boolean columnsSent;
    private boolean ended;

    WatchFeed(ObjectStore store, ResourceType type, RequestPath path, ApiRequest request, Runnable wakeUp) {
        this.store = store;
        this.type = type;
        this.selection = Selection.of(request, path.name());
        this.bookmarks = request.flag("allowWatchBookmarks");
        this.tables = request.wantsTable()
                ? Optional.of(new Tables(type, request.parameter("includeObject")))
                : Optional.empty();
        var initial = request.flag("sendInitialEvents");
        var from = request.parameter("resourceVersion");
        this.watcher = store.locked(() -> {
            if (from.isEmpty() || from.equals("0") || initial) {
                queueWhatIsThere(path.namespace(), initial);
                return store.watch(type.resource(), path.namespace(), store.revision(), wakeUp);
            }
            return store.watch(type.resource(), path.namespace(), revision(from), wakeUp);
        });
    }

    private void queueWhatIsThere(String namespace, boolean markEnd) {
        store.list(type.resource(), namespace).stream()
                .filter(selection)
                .forEach(object -> first.add(event("ADDED", object)));
        if (markEnd && bookmarks) {
            first.add(bookmark(true));
        }
    }

    /** What is to be sent now; nothing after the end. */
    List<ObjectNode> next() {
        if (ended) {
            return List.of();
        }
        if (!first.isEmpty()) {
            var all = List.copyOf(first);
            first.clear();
            return all;
        }
        if (watcher.overrun()) {
            ended = true;
            return List.of(error(ApiFailure.gone("too old resource version: this watch was read too slowly")));
        }
        return watcher.take(BATCH).stream()
                .flatMap(change -> change.seenThrough(selection).stream().map(kind -> eventOf(kind, change)))
                .toList();
    }

    /** Whether nothing more will come. */
    boolean ended() {
        return ended;
    }

    Optional<ObjectNode> bookmark() {
        return bookmarks && !ended ? Optional.of(bookmark(false)) : Optional.empty();
    }

    static ObjectNode error(ApiFailure failure) {
        var event = Json.object().put("type", "ERROR");
        event.set("object", failure.status());
        return event;
    }

    /** One that left the selection is shown as it is now, under the change's revision. */
    private ObjectNode eventOf(Change.Kind kind, Change change) {
        return event(kind.name(), change.object());
    }

    private ObjectNode event(String kind, ObjectNode object) {
        var event = Json.object().put("type", kind);
        var shown = Versions.as(type, object);
        event.set("object", tables.map(table -> row(table, shown)).orElse(shown));
        return event;
    }

    private ObjectNode row(Tables table, ObjectNode object) {
        var metadata = Json.object().put("resourceVersion", Json.text(object, "metadata", "resourceVersion"));
        var row = table.of(List.of(object), metadata, !columnsSent);
        columnsSent = true;
        return row;
    }

    private ObjectNode bookmark(boolean endOfFirst) {
        var object = Json.object().put("kind", type.kind()).put("apiVersion", type.apiVersion());
        var metadata = object.putObject("metadata").put("resourceVersion", Long.toString(store.revision()));
        if (endOfFirst) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        var event = Json.object().put("type", "BOOKMARK");
        event.set("object", object);
        return event;
    }

    private static long revision(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw ApiFailure.badRequest("resourceVersion: Invalid value: \"" + text + "\": allowed are whole numbers");
        }
        return Long.parseLong(text);
    }

    @Override
    public void close() {
        ended = true;
        store.unwatch(watcher);
    }
}
