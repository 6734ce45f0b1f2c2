package dev.kvcachepool.operator.watch;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** The first texts of a kind, as a dictionary for all that come after them. Once there it never changes. Thread-safe. */
final class Examples {
    private @Nullable ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private volatile byte @Nullable [] dictionary;

    /** Null while there are too few. */
    byte @Nullable [] dictionary() {
        return dictionary;
    }

    /** Takes a text in, if there is still room for it. */
    synchronized void show(byte[] text) {
        var examples = gathered;
        if (examples == null) {
            return;
        }
        examples.write(text, 0, Math.min(text.length, Packer.LONGEST_DICTIONARY - examples.size()));
        if (examples.size() == Packer.LONGEST_DICTIONARY) {
            dictionary = examples.toByteArray();
            gathered = null;
        }
    }
}
