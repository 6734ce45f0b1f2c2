package dev.kvcachepool.bench.blend;

import dev.kvcachepool.prefixadvert.anyposition.FingerprintIndex;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.util.Arrays;
import java.util.HashMap;

/** Chunks that can be searched for; all of them are held. */
interface Searched {
    /** The base of the fingerprints of both. */
    long BASE = 0x9E3779B97F4A7C15L;

    void add(int number, int[] tokens);

    /** Chunks found in a query, from left to right, none of which overlap. */
    int find(int[] query);

    /** Bytes by its own count; 0 if it has none. */
    long bytes();

    /** Ours. */
    static Searched index(long maxBytes) {
        var namespace = new Namespace(7);
        var index = new FingerprintIndex(maxBytes, System::nanoTime);
        return new Searched() {
            private int found;

            @Override
            public void add(int number, int[] tokens) {
                index.stored(new BlockId(namespace, new BlockHash(number, number)), BlockHash.NONE, tokens, 0);
            }

            @Override
            public int find(int[] query) {
                found = 0;
                index.lookup(namespace, query, 0, Texts.CHUNK_TOKENS, Integer.MAX_VALUE, (hash, rest, then, now) -> {
                    found++;
                    return true;
                });
                return found;
            }

            @Override
            public long bytes() {
                return index.stats().bytes();
            }
        };
    }

    /** What one writes first: a hash map from a window's fingerprint, rolled the same way, to its tokens, which are compared. */
    static Searched hashMap() {
        return new HashMapSearched();
    }

    /** The plain one: no bound, no namespaces, no removal, one thread. */
    final class HashMapSearched implements Searched {
        private final HashMap<Long, int[]> texts = new HashMap<>();

        private HashMapSearched() {}

        @Override
        public void add(int number, int[] tokens) {
            texts.put(fingerprint(tokens, 0), tokens);
        }

        @Override
        public int find(int[] query) {
            int window = Texts.CHUNK_TOKENS;
            long power = 1;
            for (int i = 0; i < window; i++) {
                power *= BASE;
            }
            int found = 0;
            int at = 0;
            int last = query.length - window;
            long fingerprint = fingerprint(query, 0);
            while (true) {
                var text = texts.get(fingerprint);
                if (text != null && Arrays.equals(text, 0, window, query, at, at + window)) {
                    found++;
                    at += window;
                    if (at > last) {
                        return found;
                    }
                    fingerprint = fingerprint(query, at);
                } else if (at == last) {
                    return found;
                } else {
                    fingerprint = fingerprint * BASE + (query[at + window] - query[at] * power);
                    at++;
                }
            }
        }

        @Override
        public long bytes() {
            return 0;
        }

        private static long fingerprint(int[] tokens, int from) {
            long fingerprint = 0;
            for (int i = from; i < from + Texts.CHUNK_TOKENS; i++) {
                fingerprint = fingerprint * BASE + tokens[i];
            }
            return fingerprint;
        }
    }
}
