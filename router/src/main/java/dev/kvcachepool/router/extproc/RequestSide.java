package dev.kvcachepool.router.extproc;

import com.google.protobuf.ByteString;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.trace.RequestTrace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as far as it has come: collected whole, since the prompt decides where it goes, then sent on in chunks. Its
 * bytes count against the pass until {@link #letGo}. Not thread-safe.
 */
final class RequestSide {
    /** Envoy takes no more in one message. */
    static final int CHUNK_BYTES = 62_000;

    private static final int PACE_BYTES = 64 << 10;

    private final RequestHead head;
    private final Subset subset;
    private final Subset wanted;
    private final Admission.Pass pass;
    private final int maxBodyBytes;
    private @Nullable ByteString body;
    private boolean trailers;
    private long seenAtCheck;
    private long checkedAt;

    RequestSide(Inbound.RequestHeaders headers, Admission.Pass pass, long maxBodyBytes, long now) {
        this.head = headers.head();
        this.subset = headers.subset();
        this.wanted = headers.wanted();
        this.pass = pass;
        this.maxBodyBytes = (int) Math.min(maxBodyBytes, Integer.MAX_VALUE);
        this.checkedAt = now;
    }

    void add(ByteString bytes) throws BadRequest {
        var before = body == null ? ByteString.EMPTY : body;
        if (before.size() > maxBodyBytes - bytes.size()) {
            throw new BadRequest(413, "body", "longer than " + maxBodyBytes + " bytes", "at most " + maxBodyBytes);
        }
        pass.hold(bytes.size());
        body = before.concat(bytes);
    }

    /** Trailers have come, which end the message instead of the body. */
    void trailers() {
        trailers = true;
    }

    Chooser.Question question(RequestTrace trace) {
        return new Chooser.Question(head, subset, wanted, body == null ? ByteString.EMPTY : body, trace);
    }

    /** All that follows the head: the body in chunks, the end on the last, or trailers. */
    List<Outbound> rest() {
        var parts = new ArrayList<Outbound>();
        if (body != null) {
            parts.addAll(chunks(Direction.REQUEST, body, !trailers));
        }
        if (trailers) {
            parts.add(new Outbound.PassTrailers(Direction.REQUEST));
        }
        return parts;
    }

    /** {@code bytes} in chunks that Envoy takes; one, empty, where there are none. */
    static List<Outbound> chunks(Direction direction, ByteString bytes, boolean end) {
        var chunks = new ArrayList<Outbound>(1 + bytes.size() / CHUNK_BYTES);
        int from = 0;
        do {
            int to = Math.min(bytes.size(), from + CHUNK_BYTES);
            chunks.add(new Outbound.PassBody(direction, bytes.substring(from, to), end && to == bytes.size()));
            from = to;
        } while (from < bytes.size());
        return chunks;
    }

    /** Whether less than 64 KiB came since the last time this was asked, {@code paceNanos} ago or more. */
    boolean isSlow(long now, long paceNanos) {
        if (now - checkedAt < paceNanos) {
            return false;
        }
        var seen = body == null ? 0 : body.size();
        var slow = seen - seenAtCheck < PACE_BYTES;
        seenAtCheck = seen;
        checkedAt = now;
        return slow;
    }

    /** Gives back what the request held; further calls do nothing. */
    void letGo() {
        body = null;
        pass.close();
    }
}
