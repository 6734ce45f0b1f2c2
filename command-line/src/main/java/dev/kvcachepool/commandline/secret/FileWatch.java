package dev.kvcachepool.commandline.secret;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Looks at files again and again, on one daemon thread, until it is closed. Thread-safe. */
public final class FileWatch implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(2);

    /** Who hears of changes, on the watch's thread. */
    public interface Listener {
        /** A changed file was taken. */
        void applied(String message);

        /** A changed file was not taken, for what is wrong with it. */
        void refused(String message);
    }

    private final List<WatchedFile<?>> files;
    private final Listener listener;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Begins; without files there is no thread. */
    public FileWatch(List<WatchedFile<?>> files, Listener listener) {
        this.files = List.copyOf(files);
        this.listener = listener;
        if (!files.isEmpty()) {
            Thread.ofPlatform().name("file-watch").daemon().start(this::run);
        }
    }

    private void run() {
        try {
            while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                files.forEach(this::look);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(WatchedFile<?> file) {
        switch (file.look()) {
            case APPLIED -> listener.applied("what " + file.flag() + " names has changed and holds now");
            case REFUSED -> listener.refused(file.problem() + "; what held before goes on");
            case SAME -> {}
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
