package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which chunks are advertised, and under what name: those of declared models. Immutable. */
public final class Steering {
    private final Map<String, ModelSpec> models;
    private final Map<String, Long> valueBytes;
    private final SaltKey saltKey;

    /** Steers by {@code models}, whose names are unique, and whose values may have any size. */
    public Steering(List<ModelSpec> models, SaltKey saltKey) {
        this(models, Map.of(), saltKey);
    }

    /**
     * The same.
     *
     * @param valueBytes by model, of one rank's value of a whole chunk, where that is told
     */
    public Steering(List<ModelSpec> models, Map<String, Long> valueBytes, SaltKey saltKey) {
        this.valueBytes = Map.copyOf(valueBytes);
        this.models = models.stream().collect(Collectors.toUnmodifiableMap(ModelSpec::name, Function.identity()));
        this.saltKey = saltKey;
    }

    /** Compares what is stored with what is declared here, and tells {@code mismatches}. */
    StoredForms forms(Mismatches mismatches) {
        return new StoredForms(models, valueBytes, mismatches);
    }

    /** What a chunk is called in adverts; null where it is not advertised. */
    public @Nullable BlockId blockOf(EngineKey key) {
        var target = targetOf(key);
        return target == null ? null : target.block();
    }

    /** How a chunk is advertised. */
    record Target(BlockId block, ModelSpec model) {}

    /** Null for a model that is not declared, or declared with a scheme that makes hashes of another form. */
    @Nullable
    Target targetOf(EngineKey key) {
        var model = models.get(key.model());
        if (model == null || formOf(model.scheme()) != key.form()) {
            return null;
        }
        var namespace = Namespace.of(model.name(), model.scheme(), saltKey.tag(key.salt()));
        return new Target(new BlockId(namespace, BlockHash.of(key.hash().bytes())), model);
    }

    static EngineKey.Form formOf(String scheme) {
        return HashScheme.LMCACHE_BLAKE3.id().equals(scheme) ? EngineKey.Form.MULTIPROCESS : EngineKey.Form.IN_PROCESS;
    }
}
