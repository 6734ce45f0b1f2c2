package dev.kvcachepool.bridges;

import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import java.util.List;

/** The models that a pool declares: how each is cut and hashed. Thread-safe. */
@FunctionalInterface
public interface DeclaredModels {

    /** All of them, now; the first of a name counts. */
    List<ModelSpec> all();
}
