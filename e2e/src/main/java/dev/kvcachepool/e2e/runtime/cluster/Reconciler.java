package dev.kvcachepool.e2e.runtime.cluster;

/** Brings the world nearer to what one object says; called again for each change, by one thread, must not wait. */
@FunctionalInterface
public interface Reconciler {
    void reconcile(Key key);
}
