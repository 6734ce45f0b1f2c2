package dev.kvcachepool.bench.wire;

/** How a key is written: short, and a word to every protocol. */
final class KeyNames {
    private KeyNames() {}

    static String of(long key) {
        return "bench-" + key;
    }
}
