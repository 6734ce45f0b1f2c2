package dev.kvcachepool.cachenode.lifecycle;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Looks each second whether the pod wants a process of another form, on a daemon thread, until it is closed. Thread-safe. */
public final class FormWatch implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final PodForm form;
    private final Runnable end;
    private final Consumer<String> unreadable;
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * Begins.
     *
     * @param end is run once at most, on the watch's thread, when this process is to end
     * @param unreadable hears once why the files can't be read, until they can again
     */
    public FormWatch(PodForm form, Runnable end, Consumer<String> unreadable) {
        this.form = form;
        this.end = end;
        this.unreadable = unreadable;
        Thread.ofPlatform().name("form-watch").daemon().start(this::run);
    }

    private void run() {
        var told = "";
        try {
            while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    if (form.isToEnd(form.read())) {
                        end.run();
                        return;
                    }
                    told = "";
                } catch (IOException e) {
                    var problem = e.toString();
                    if (!problem.equals(told)) {
                        unreadable.accept(problem);
                        told = problem;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
