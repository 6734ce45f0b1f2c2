package dev.kvcachepool.commandline.secret;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Looks at files again and again, on one daemon thread, until it is closed. Thread-safe. */
public final class FileWatch implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final List<WatchedFile<?>> files;
    private final Consumer<String> applied;
    private final Consumer<String> refused;
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * Begins; without files there is no thread.
     *
     * @param applied hears, on the watch's thread, that a changed file was taken
     * @param refused that one was not, for what is wrong with it; neither is shown what a file says
     */
    public FileWatch(List<WatchedFile<?>> files, Consumer<String> applied, Consumer<String> refused) {
        this.files = List.copyOf(files);
        this.applied = applied;
        this.refused = refused;
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
            case APPLIED -> applied.accept("what " + file.flag() + " names has changed and holds now");
            case REFUSED -> refused.accept(file.problem() + "; what held before goes on");
            case SAME -> {}
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
