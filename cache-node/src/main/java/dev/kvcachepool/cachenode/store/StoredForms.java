package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.cachenode.key.EngineKey.Form;
import dev.kvcachepool.cachenode.key.EngineKey.Part;
import dev.kvcachepool.cachenode.key.KeyParser;
import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.prefixadvert.wire.Mismatch.Kind;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what engines store with what the pool declares of their models: the model, the form of its hashes, the tokens of
 * a chunk where LMCache describes them beside a value, and the size of values where that is declared. A pool that declares no model has
 * nothing to compare. Guarded by the tier's lock.
 */
final class StoredForms {
    private final Map<String, ModelSpec> models;
    private final Map<String, Long> valueBytes;
    private final Mismatches mismatches;
    private final Map<String, WholeSize> tokens = new HashMap<>();
    private final Map<String, WholeSize> bytes = new HashMap<>();

    StoredForms(Map<String, ModelSpec> models, Map<String, Long> valueBytes, Mismatches mismatches) {
        this.models = models;
        this.valueBytes = valueBytes;
        this.mismatches = mismatches;
    }

    /** A client has given an entry its value. */
    void stored(Entry entry) {
        var key = entry.engineKey;
        var value = entry.value;
        if (key == null || value == null || models.isEmpty()) {
            return;
        }
        var model = models.get(key.model());
        if (model == null) {
            mismatches.found(Kind.MODEL, key.model(), "", "engines store its chunks");
        } else if (Steering.formOf(model.scheme()) != key.form()) {
            mismatches.found(
                    Kind.HASH,
                    key.model(),
                    model.scheme() + ", whose hashes have " + bits(Steering.formOf(model.scheme())),
                    "engines store chunks by hashes of " + bits(key.form()));
        } else {
            compare(entry.key.bytes, key, model, value);
        }
    }

    private static String bits(Form form) {
        return switch (form) {
            case IN_PROCESS -> "64 bits (LMCache in-process)";
            case MULTIPROCESS -> "256 bits (LMCache MP)";
        };
    }

    private void compare(byte[] bytesOfKey, EngineKey key, ModelSpec model, Value value) {
        if (key.part() == Part.METADATA || (key.form() == Form.IN_PROCESS && KeyParser.isOfLm(bytesOfKey))) {
            compareTokens(model, ChunkDescription.tokens(value));
        } else if (key.part() == Part.WHOLE) {
            compareBytes(key, model, value.size());
        }
    }

    private void compareTokens(ModelSpec model, int found) {
        var size = tokens.computeIfAbsent(model.name(), name -> new WholeSize(model.chunkTokens()));
        if (found > 0 && size.differs(found)) {
            mismatches.found(
                    Kind.CHUNK_TOKENS,
                    model.name(),
                    "chunks of " + model.chunkTokens() + " tokens",
                    "engines store chunks of " + size.found() + " tokens");
        }
    }

    /** Values of several groups may have several sizes, and one only is declared. */
    private void compareBytes(EngineKey key, ModelSpec model, long found) {
        var declared = valueBytes.get(model.name());
        if (declared == null || !model.requiredGroups().equals(List.of(key.group()))) {
            return;
        }
        var size = bytes.computeIfAbsent(model.name(), name -> new WholeSize(declared));
        if (size.differs(found)) {
            mismatches.found(
                    Kind.VALUE_BYTES,
                    model.name(),
                    "values of " + declared + " bytes",
                    "engines store values of " + size.found() + " bytes");
        }
    }
}
