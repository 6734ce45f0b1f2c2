package dev.kvcachepool.cachenode.net;

import dev.kvcachepool.cachenode.memory.Content;
import dev.kvcachepool.cachenode.memory.StreamedContent;
import dev.kvcachepool.cachenode.memory.Value;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The bytes of a content, part by part, from its beginning to its end. Owned by one thread, which holds the content. */
public final class ContentParts {
    private final Content content;
    private long left;
    private int at;
    private @Nullable ByteBuffer begun;

    public ContentParts(Content content) {
        this.content = content;
        this.left = content.size();
    }

    /** Bytes that have not been taken. */
    long left() {
        return left;
    }

    /** Whether parts stay what they are until the content is released, and not only until the next one. */
    boolean stays() {
        return content instanceof Value;
    }

    /**
     * Takes the next bytes, as many as {@code into} holds.
     *
     * @throws IOException when there are fewer, or they can't come any more
     */
    public void take(byte[] into) throws IOException {
        for (int done = 0; done < into.length; ) {
            var part = next();
            if (part == null) {
                throw new EOFException("a value ended too early");
            }
            int some = Math.min(part.remaining(), into.length - done);
            part.get(into, done, some);
            done += some;
            if (part.hasRemaining()) {
                begun = part;
                left += part.remaining();
            }
        }
    }

    /** The next part, at least a byte of it; null at the end. */
    @Nullable
    ByteBuffer next() throws IOException {
        var part = begun == null ? fresh() : begun;
        begun = null;
        left -= part == null ? 0 : part.remaining();
        return part;
    }

    private @Nullable ByteBuffer fresh() throws IOException {
        return switch (content) {
            case Value held -> at < held.parts() ? held.view(at++) : null;
            case StreamedContent streamed -> streamed.next();
            default -> throw new IllegalArgumentException("a content is held or streamed");
        };
    }
}
