package dev.kvcachepool.engine.pool;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Who brings which chunk of a prompt: a reader that reads, or the engine that computes.
 *
 * <pre>
 *              startReading          copy          finish(true)
 *   EXPECTED ───────────────▶ READING ──▶ COPYING ───────────▶ THERE
 *     │  │                     │   └─────────┴── finish(false) ──▶ LOST ── compute ──▶ COMPUTED
 *     │  └── lose ──▶ LOST     │                                                         ▲
 *     └────────────────────────┴── compute: waited long enough, what is read later is not wanted
 * </pre>
 *
 * Thread-safe.
 */
final class ChunkStates {
    private enum State {
        EXPECTED,
        READING,
        COPYING,
        THERE,
        LOST,
        COMPUTED
    }

    private final State[] states;
    private final long stallNanos;
    private long progress = System.nanoTime();
    private int reads;

    /**
     * States of so many chunks; those that are not held are lost from the start.
     *
     * @param stallNanos for which a reader may bring nothing before it is not waited for any more
     */
    ChunkStates(int chunks, BitSet held, long stallNanos) {
        this.stallNanos = stallNanos;
        this.states = new State[chunks];
        Arrays.setAll(states, chunk -> held.get(chunk) ? State.EXPECTED : State.LOST);
    }

    /** Whether the reader may begin with a chunk. */
    synchronized boolean startReading(int chunk) {
        return change(chunk, State.EXPECTED, State.READING);
    }

    /** Whether the reader may copy what it has. */
    synchronized boolean copy(int chunk) {
        return change(chunk, State.READING, State.COPYING);
    }

    /** The reader is done with a chunk that it began with. */
    synchronized void finish(int chunk, boolean there) {
        if (states[chunk] != State.COMPUTED) {
            states[chunk] = there ? State.THERE : State.LOST;
            reads += there ? 1 : 0;
            progress = System.nanoTime();
            notifyAll();
        }
    }

    /** The reader does not begin with a chunk. */
    synchronized void lose(int chunk) {
        if (change(chunk, State.EXPECTED, State.LOST)) {
            notifyAll();
        }
    }

    private boolean change(int chunk, State from, State to) {
        if (states[chunk] != from) {
            return false;
        }
        states[chunk] = to;
        return true;
    }

    /**
     * Whether the engine has to compute a chunk. Waits for the reader as long as it copies, since that is short, and
     * otherwise until the deadline, or until the reader stalls.
     *
     * @param deadline of {@link System#nanoTime}, for a chunk that the reader has not begun to copy
     */
    synchronized boolean compute(int chunk, long deadline) throws InterruptedException {
        while (true) {
            long now = System.nanoTime();
            long left = Math.min(deadline - now, progress + stallNanos - now);
            switch (states[chunk]) {
                case THERE -> {
                    return false;
                }
                case COPYING -> wait();
                case EXPECTED, READING -> {
                    if (left <= 0) {
                        states[chunk] = State.COMPUTED;
                        return true;
                    }
                    wait(left / 1_000_000 + 1);
                }
                case LOST -> {
                    states[chunk] = State.COMPUTED;
                    return true;
                }
                case COMPUTED -> throw new IllegalStateException("chunk " + chunk + " is computed twice");
            }
        }
    }

    /** Chunks that the reader brought. */
    synchronized int reads() {
        return reads;
    }
}
