package dev.kvcachepool.e2e.runtime.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's objects as last seen: fed by watches and by the answers to the runtime's own writes, so that a decision
 * never misses what the one before it did. A higher resource version wins; a deleted uid never comes back. Callers must
 * not change what they are given. Safe for use by several threads.
 */
public final class ObjectCache {
    private static final int REMEMBERED_DELETIONS = 4096;
    private final Map<Key, HasMetadata> objects = new ConcurrentHashMap<>();
    private final Set<String> deleted = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED_DELETIONS;
        }
    });

    /** Takes in an object unless a newer state of it is known. */
    public synchronized void put(HasMetadata object) {
        if (deleted.contains(object.getMetadata().getUid())) {
            return;
        }
        objects.merge(Key.of(object), object, (known, given) -> version(given) >= version(known) ? given : known);
    }

    /** Forgets an object for good. */
    public synchronized void remove(HasMetadata object) {
        deleted.add(object.getMetadata().getUid());
        objects.computeIfPresent(Key.of(object), (_, known) -> sameUid(known, object) ? null : known);
    }

    public <T extends HasMetadata> @Nullable T get(Class<T> type, String namespace, String name) {
        return type.cast(objects.get(new Key(type, namespace, name)));
    }

    public @Nullable HasMetadata get(Key key) {
        return objects.get(key);
    }

    /** All objects of a kind by name. */
    public <T extends HasMetadata> List<T> list(Class<T> type) {
        var found = new ArrayList<T>();
        objects.forEach((key, object) -> {
            if (key.type() == type) {
                found.add(type.cast(object));
            }
        });
        found.sort(Comparator.comparing(object -> object.getMetadata().getName()));
        return found;
    }

    public <T extends HasMetadata> List<T> list(Class<T> type, String namespace) {
        return list(type).stream()
                .filter(object -> namespace.equals(object.getMetadata().getNamespace()))
                .toList();
    }

    private static boolean sameUid(HasMetadata known, HasMetadata given) {
        return known.getMetadata().getUid().equals(given.getMetadata().getUid());
    }

    private static long version(HasMetadata object) {
        return Long.parseLong(object.getMetadata().getResourceVersion());
    }
}
