package dev.kvcachepool.cachenode.lifecycle;

import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The node's life, moved in this one place and only forward:
 *
 * <pre>
 * STARTING → RECOVERING → SERVING → DRAINING → GONE
 * </pre>
 *
 * A state may be skipped. Thread-safe; listeners run on the thread that moves it, in the order in which they came, before
 * {@link #moveTo} returns: whoever drains can rely on it.
 */
public final class NodeLifecycle {
    private final List<Consumer<NodeState>> listeners = new CopyOnWriteArrayList<>();
    private volatile NodeState state = NodeState.STARTING;

    public NodeState state() {
        return state;
    }

    /** Adds a listener of all later moves. */
    public void onChange(Consumer<NodeState> listener) {
        listeners.add(listener);
    }

    /**
     * Moves on and tells the listeners.
     *
     * @return false when the node is in {@code next} or beyond it already; nobody is told then
     */
    public synchronized boolean moveTo(NodeState next) {
        if (state.compareTo(next) >= 0) {
            return false;
        }
        state = next;
        listeners.forEach(listener -> listener.accept(next));
        return true;
    }
}
