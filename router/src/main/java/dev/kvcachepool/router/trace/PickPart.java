package dev.kvcachepool.router.trace;

import dev.kvcachepool.router.pick.PickRequest;
import dev.kvcachepool.router.pick.Ranking;
import io.opentelemetry.api.trace.Span;
import java.util.concurrent.TimeUnit;

/** One ranking of endpoints. */
public final class PickPart extends Part {
    /** Models' names are the client's. */
    private static final int LONGEST_NAME = 128;

    PickPart(Span span) {
        super(span);
    }

    /** The ranking is there; what it rests on is noted. */
    public void picked(PickRequest request, Ranking ranking) {
        var span = span();
        if (!span.isRecording()) {
            return;
        }
        var model = request.model();
        span.setAttribute(Names.MODEL, model.length() > LONGEST_NAME ? model.substring(0, LONGEST_NAME) : model)
                .setAttribute(Names.BASIS, ranking.basis().id())
                .setAttribute(Names.CANDIDATES, (long) ranking.ranked().size());
        if (ranking.ranked().isEmpty()) {
            span.setAttribute(Names.REASON, ranking.nobody());
            return;
        }
        var best = ranking.ranked().getFirst();
        span.setAttribute(Names.ENDPOINT, best.endpoint().name())
                .setAttribute(Names.NODE, best.endpoint().spec().cacheNode().text())
                .setAttribute(Names.REASON, best.reason())
                .setAttribute(Names.HELD_BLOCKS, (long) best.estimate().heldBlocks())
                .setAttribute(Names.TOTAL_BLOCKS, (long) best.totalBlocks())
                .setAttribute(Names.TTFT, best.estimate().ttftNanos() / (double) TimeUnit.SECONDS.toNanos(1));
    }
}
