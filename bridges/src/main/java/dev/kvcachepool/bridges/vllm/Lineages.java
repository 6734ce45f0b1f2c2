package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.bridges.DeclaredModels;
import dev.kvcachepool.bridges.vllm.KvEvent.BlockStored;
import dev.kvcachepool.prefixadvert.hash.BlockHasher;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a prompt's blocks are called in the pool, from its first block.
 *
 * <p>The cache salt and the LoRA adapter are in the namespace and not in the hash, as they are in that of the pool's own
 * chunks: an adapter counts as the model of its name, which is how clients ask for it. Not thread-safe.
 */
public final class Lineages {
    private static final int MAX_HASHERS = 64;

    private final String model;
    private final DeclaredModels declared;
    private final SaltKey saltKey;
    private final String hashSeed;
    private final Map<Cut, BlockHasher> hashers = new HashMap<>();

    private record Cut(HashScheme scheme, int chunkTokens) {}

    /**
     * Those of one engine.
     *
     * @param model that the engine serves; empty for the only one that the pool declares
     * @param hashSeed the engines' PYTHONHASHSEED
     */
    public Lineages(String model, DeclaredModels declared, SaltKey saltKey, String hashSeed) {
        this.model = model;
        this.declared = declared;
        this.saltKey = saltKey;
        this.hashSeed = hashSeed;
    }

    /** Null where the pool has no name for the blocks: an undeclared model, a scheme that cannot be computed. */
    @Nullable
    Lineage begin(BlockStored event) {
        var extras = event.extrasOf(0);
        if (event.nameless() || !extras.understood()) {
            return null;
        }
        var lora = extras.keys().lora();
        var adapter = event.loraName().isEmpty() && lora != null ? lora.name() : event.loraName();
        var spec = spec(adapter).orElse(null);
        var scheme = spec == null
                ? null
                : HashScheme.ofId(spec.scheme()).filter(HashScheme::computable).orElse(null);
        if (spec == null || scheme == null) {
            return null;
        }
        if (hashers.size() >= MAX_HASHERS) {
            hashers.clear();
        }
        var hasher = hashers.computeIfAbsent(
                new Cut(scheme, spec.chunkTokens()), cut -> BlockHashers.of(cut.scheme, cut.chunkTokens, hashSeed));
        var salt = extras.keys().cacheSalt();
        return Lineage.of(spec, hasher, saltKey.tag(salt == null ? "" : salt));
    }

    private Optional<ModelSpec> spec(String adapter) {
        var all = declared.all();
        var name = adapter.isEmpty() ? model : adapter;
        return name.isEmpty()
                ? only(all)
                : all.stream().filter(spec -> spec.name().equals(name)).findFirst();
    }

    private static Optional<ModelSpec> only(List<ModelSpec> all) {
        return all.stream().map(ModelSpec::name).distinct().count() == 1
                ? Optional.of(all.getFirst())
                : Optional.empty();
    }
}
