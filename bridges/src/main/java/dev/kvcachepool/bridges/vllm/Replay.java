package dev.kvcachepool.bridges.vllm;

/** Asks an engine for messages that it has sent already. Bounded in time. */
interface Replay {

    /** Takes one message; whether to go on. */
    @FunctionalInterface
    interface Taker {
        boolean take(long sequence, byte[] message);
    }

    /**
     * Asks for all messages from {@code start} on that the engine still has, in their order.
     *
     * @return whether it was answered to the end, or until the taker had enough
     */
    boolean from(long start, Taker taker);
}
