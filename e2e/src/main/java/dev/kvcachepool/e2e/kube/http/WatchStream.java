package dev.kvcachepool.e2e.kube.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.streams.WriteStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Sends a watch's events down a connection as fast as its client reads. All of it happens on the connection's own
 * context; only the wake-up comes from elsewhere.
 */
final class WatchStream {
    /** Where the events go: the connection, how one event is written to it, how it is ended. */
    record Line(WriteStream<?> out, Consumer<ObjectNode> send, Runnable end) {}

    private static final long BOOKMARK_MILLIS = TimeUnit.SECONDS.toMillis(30);
    private final Context context;
    private final AtomicBoolean awake = new AtomicBoolean();
    private final WatchFeed feed;
    private Optional<Line> line = Optional.empty();
    private long bookmarkTimer;
    private long endTimer;

    /** The feed is opened at once, so that a watch that can't be had is refused before anything is sent. */
    WatchStream(Context context, Function<Runnable, WatchFeed> feeds) {
        this.context = context;
        this.feed = feeds.apply(this::wakeUp);
    }

    /** Begins to send; ends by itself after so many seconds where that isn't 0. */
    void attach(Line connection, long timeoutSeconds) {
        line = Optional.of(connection);
        bookmarkTimer = context.owner()
                .setPeriodic(
                        BOOKMARK_MILLIS,
                        _ -> feed.bookmark()
                                .filter(_ -> !connection.out().writeQueueFull())
                                .ifPresent(connection.send()));
        if (timeoutSeconds > 0) {
            endTimer = context.owner().setTimer(TimeUnit.SECONDS.toMillis(timeoutSeconds), _ -> finish());
        }
        pump();
    }

    /** The client is gone, or was never there. */
    void close() {
        line = Optional.empty();
        context.owner().cancelTimer(bookmarkTimer);
        context.owner().cancelTimer(endTimer);
        feed.close();
    }

    private void wakeUp() {
        if (awake.compareAndSet(false, true)) {
            context.runOnContext(_ -> pump());
        }
    }

    private void pump() {
        awake.set(false);
        if (line.isEmpty()) {
            return;
        }
        var out = line.get().out();
        for (var batch = next(out); !batch.isEmpty(); batch = next(out)) {
            batch.forEach(line.get().send());
        }
        if (feed.ended()) {
            finish();
        } else if (out.writeQueueFull()) {
            out.drainHandler(_ -> pump());
        }
    }

    private List<ObjectNode> next(WriteStream<?> out) {
        return out.writeQueueFull() ? List.of() : feed.next();
    }

    private void finish() {
        var ending = line;
        close();
        ending.ifPresent(connection -> connection.end().run());
    }
}
