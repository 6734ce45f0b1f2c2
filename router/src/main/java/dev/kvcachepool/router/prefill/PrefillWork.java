package dev.kvcachepool.router.prefill;

/**
 * What an engine does before a prompt's first token. Bytes are estimates: blocks held times their mean size.
 *
 * @param tokens to be computed, 0 and up
 * @param memoryBytes to be read from memory that is not the engine's own GPU's, 0 and up
 * @param diskBytes to be read from nodes' disks, 0 and up
 */
public record PrefillWork(long tokens, double memoryBytes, double diskBytes) {

    /** Where all is computed. */
    public static PrefillWork computing(long tokens) {
        return new PrefillWork(tokens, 0, 0);
    }
}
