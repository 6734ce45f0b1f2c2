package dev.kvcachepool.operator.webhook;

import java.util.concurrent.atomic.AtomicBoolean;

/** Does something the first time only, whoever asks. Thread-safe. */
final class Once implements Runnable {
    private final Runnable action;
    private final AtomicBoolean done = new AtomicBoolean();

    Once(Runnable action) {
        this.action = action;
    }

    @Override
    public void run() {
        if (done.compareAndSet(false, true)) {
            action.run();
        }
    }
}
