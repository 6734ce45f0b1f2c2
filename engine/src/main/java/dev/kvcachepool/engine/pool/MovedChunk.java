package dev.kvcachepool.engine.pool;

/**
 * A chunk that a prompt has at another place than the text that it was computed in.
 *
 * @param key of the chunk
 * @param then position of its first token when it was computed
 * @param now position in the prompt
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record MovedChunk(byte[] key, int then, int now) {
    /** Without the key, which has a salt. */
    @Override
    public String toString() {
        return "MovedChunk[then=" + then + ", now=" + now + "]";
    }
}
