package dev.kvcachepool.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an informer's objects as their JSON, deflated by the example of the first of them, and reads one anew each time it is asked
 * for: as objects they would take a hundred times as much. For one informer only: two that share a store would each drop what the other has listed. Thread-safe.
 *
 * <p>{@link #get} gives all of an object; {@link #values}, {@link #put} and {@link #remove} give its metadata only, as all of them at
 * once would take what is saved here.
 *
 * @param <R> the objects' kind
 */
final class PackedStore<R extends HasMetadata> implements ItemStore<R> {
    private final ConcurrentMap<String, byte[]> objects = new ConcurrentHashMap<>();
    private final Examples examples = new Examples();
    private final Packer packer;
    private final KubernetesSerialization serialization;
    private final Class<R> kind;
    private final Supplier<R> blank;

    /**
     * A store without objects.
     *
     * @param packer one for all stores
     * @param blank makes an object without metadata
     */
    PackedStore(Packer packer, KubernetesSerialization serialization, Class<R> kind, Supplier<R> blank) {
        this.packer = packer;
        this.serialization = serialization;
        this.kind = kind;
        this.blank = blank;
    }

    @Override
    public String getKey(R object) {
        return Cache.metaNamespaceKeyFunc(object);
    }

    @Override
    public @Nullable R put(String key, R object) {
        return outline(objects.put(key, packed(object)));
    }

    @Override
    public @Nullable R remove(String key) {
        return outline(objects.remove(key));
    }

    @Override
    public @Nullable R get(String key) {
        var packed = objects.get(key);
        return packed == null ? null : unpacked(packed);
    }

    @Override
    public Stream<String> keySet() {
        return objects.keySet().stream();
    }

    @Override
    public Stream<R> values() {
        return objects.values().stream().map(packed -> outlineOf(unpacked(packed)));
    }

    @Override
    public int size() {
        return objects.size();
    }

    /** What comes is passed on page by page, rather than kept until the last page is there. */
    @Override
    public boolean isFullState() {
        return false;
    }

    private @Nullable R outline(byte @Nullable [] packed) {
        return packed == null ? null : outlineOf(unpacked(packed));
    }

    private R outlineOf(R object) {
        var outline = blank.get();
        var metadata = object.getMetadata();
        metadata.setManagedFields(List.of());
        outline.setMetadata(metadata);
        return outline;
    }

    private byte[] packed(R object) {
        var json = serialization.asJson(object).getBytes(StandardCharsets.UTF_8);
        var dictionary = examples.dictionary();
        if (dictionary == null) {
            examples.show(json);
        }
        return packer.pack(json, dictionary);
    }

    private R unpacked(byte[] packed) {
        var json = Packer.unpack(packed, examples.dictionary());
        return serialization.unmarshal(new String(json, StandardCharsets.UTF_8), kind);
    }
}
