package dev.kvcachepool.e2e.kube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * All objects, one revision counter over all of them, and the latest changes. One lock guards it; whoever reads and
 * then writes does so within {@link #locked}. Objects that are in here are never changed: a write puts a new tree.
 */
public final class ObjectStore {
    static final int HISTORY = 2048;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, NavigableMap<ObjectKey, ObjectNode>> kinds = new HashMap<>();
    private final ArrayDeque<Change> history = new ArrayDeque<>();
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
    private long revision = 1;
    private long forgotten = 1;

    public <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** Hears of every change, under the lock: it must only take note. */
    public void onChange(Consumer<Change> listener) {
        listeners.add(listener);
    }

    public long revision() {
        return locked(() -> revision);
    }

    public Optional<ObjectNode> get(String resource, ObjectKey key) {
        return locked(() -> Optional.ofNullable(kind(resource).get(key)));
    }

    /** The kind's objects in their order; of all namespaces when that is empty. */
    public List<ObjectNode> list(String resource, String namespace) {
        return locked(() -> {
            var listed = new ArrayList<ObjectNode>();
            kind(resource).forEach((key, object) -> {
                if (namespace.isEmpty() || key.namespace().equals(namespace)) {
                    listed.add(object);
                }
            });
            return listed;
        });
    }

    /** Every object of every kind, by the name of its kind. */
    public Map<String, List<ObjectNode>> everything() {
        return locked(() -> {
            var all = new TreeMap<String, List<ObjectNode>>();
            kinds.forEach((resource, objects) -> all.put(resource, List.copyOf(objects.values())));
            return all;
        });
    }

    /** Takes the object over, gives it the next revision, and tells all who watch. */
    public ObjectNode put(ResourceType type, ObjectNode object) {
        return locked(() -> {
            revision++;
            Json.child(object, "metadata").put("resourceVersion", Long.toString(revision));
            var before = Optional.ofNullable(kind(type.resource()).put(ObjectKey.of(object), object));
            var kind = before.isPresent() ? Change.Kind.MODIFIED : Change.Kind.ADDED;
            tell(new Change(revision, type.resource(), kind, object, before));
            return object;
        });
    }

    /** The object, under the revision of its end. */
    public ObjectNode remove(ResourceType type, ObjectKey key) {
        return locked(() -> {
            var before = kind(type.resource()).remove(key);
            if (before == null) {
                throw ApiFailure.notFound(type, key.name());
            }
            revision++;
            var last = before.deepCopy();
            Json.child(last, "metadata").put("resourceVersion", Long.toString(revision));
            tell(new Change(revision, type.resource(), Change.Kind.DELETED, last, Optional.of(before)));
            return last;
        });
    }

    /** Follows what comes after the revision; refused with 410 when that is no longer, or not yet, known. */
    public Watcher watch(String resource, String namespace, long after, Runnable wakeUp) {
        return locked(() -> {
            if (after < forgotten || after > revision) {
                throw ApiFailure.gone("too old resource version: %d (%d)".formatted(after, forgotten));
            }
            var watcher = new Watcher(resource, namespace, wakeUp);
            history.stream().filter(change -> change.revision() > after).forEach(watcher::offer);
            watchers.add(watcher);
            return watcher;
        });
    }

    public void unwatch(Watcher watcher) {
        watchers.remove(watcher);
    }

    private void tell(Change change) {
        history.add(change);
        if (history.size() > HISTORY) {
            forgotten = history.remove().revision();
        }
        watchers.forEach(watcher -> watcher.offer(change));
        listeners.forEach(listener -> listener.accept(change));
    }

    private NavigableMap<ObjectKey, ObjectNode> kind(String resource) {
        return kinds.computeIfAbsent(resource, _ -> new TreeMap<>());
    }
}
