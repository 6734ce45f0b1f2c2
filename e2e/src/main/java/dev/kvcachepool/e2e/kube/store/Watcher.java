package dev.kvcachepool.e2e.kube.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * One watch's queue of changes, bounded: a reader that lets it run over is cut off and has to list again. The store
 * writes, one reader takes; safe for threads.
 */
public final class Watcher {
    /** More than the store remembers, so that catching up alone never fills it. */
    static final int QUEUE = 4096;

    private final String resource;
    private final String namespace;
    private final Runnable wakeUp;
    private final ArrayDeque<Change> queue = new ArrayDeque<>();
    private boolean overrun;

    /** The wake-up is called, under the store's lock, after each change: it must only pass the word on. */
    Watcher(String resource, String namespace, Runnable wakeUp) {
        this.resource = resource;
        this.namespace = namespace;
        this.wakeUp = wakeUp;
    }

    synchronized void offer(Change change) {
        var mine = change.resource().equals(resource)
                && (namespace.isEmpty()
                        || ObjectKey.of(change.object()).namespace().equals(namespace));
        if (!mine || overrun) {
            return;
        }
        if (queue.size() == QUEUE) {
            overrun = true;
            queue.clear();
        } else {
            queue.add(change);
        }
        wakeUp.run();
    }

    /** Up to that many changes, oldest first. */
    public synchronized List<Change> take(int most) {
        var taken = new ArrayList<Change>();
        while (taken.size() < most && !queue.isEmpty()) {
            taken.add(queue.remove());
        }
        return taken;
    }

    /** Whether changes were lost, so that this watch must end. */
    public synchronized boolean overrun() {
        return overrun;
    }
}
