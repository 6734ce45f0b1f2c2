package dev.kvcachepool.cachenode.lm;

import dev.kvcachepool.cachenode.memory.Content;
import dev.kvcachepool.cachenode.net.ContentParts;
import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.net.WireInput;
import dev.kvcachepool.cachenode.net.WireOutput;
import dev.kvcachepool.cachenode.store.KeyValues;
import dev.kvcachepool.cachenode.store.PutOptions;
import dev.kvcachepool.cachenode.store.PutResult;
import dev.kvcachepool.cachenode.store.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One client's requests. Owned by the connection's thread.
 *
 * <p>A value is stored with its description (length, fmt, dtype, shape) in front of it, under one key, so that a hit's
 * head and payload are always of one PUT. The client does not reconnect: its connection ends only where nothing says
 * where its next request starts.
 */
final class LmConnection {
    /** A longer payload is taken for a lie: passing over it would swallow the requests behind it for too long. */
    private static final int MOST_SKIPPED = 1 << 30;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final WireInput input;
    private final WireOutput output;
    private final KeyValues values;
    private final long largest;
    private final ProtocolCounters counters;
    private final RequestHead head = new RequestHead();
    private final byte[] description = new byte[ReplyHead.DESCRIPTION_BYTES];

    LmConnection(WireInput input, WireOutput output, KeyValues values, long largest, ProtocolCounters counters) {
        this.input = input;
        this.output = output;
        this.values = values;
        this.largest = largest;
        this.counters = counters;
    }

    void serve() throws IOException {
        while (input.await()) {
            input.read(head.bytes);
            if (!run()) {
                counters.error();
                break;
            }
        }
        output.flush();
    }

    /** False when nothing says where the next request starts. */
    private boolean run() throws IOException {
        var command = LmCommand.of(head.command());
        counters.command(command == null ? ProtocolCounters.UNKNOWN : command.label);
        if (command == null) {
            return false;
        }
        var begun = counters.times().begin();
        boolean goesOn = run(command);
        counters.times().end(command.label, begun);
        return goesOn;
    }

    private boolean run(LmCommand command) throws IOException {
        switch (command) {
            case PUT -> {
                return put();
            }
            case GET -> get();
            case EXIST -> output.put(head.isKeyClear() && values.exists(head.key()) ? ReplyHead.yes() : ReplyHead.no());
            case HEALTH -> output.put(ReplyHead.yes());
            case LIST -> {
                // LMCache's own server never answers it either: a client that waits does so by itself.
            }
        }
        return true;
    }

    private boolean put() throws IOException {
        int length = head.length();
        if (length < 0 || length > MOST_SKIPPED) {
            return false;
        }
        var key = head.key();
        if (length > largest || !head.isKeyClear()) {
            input.skip(length);
            if (head.isKeyClear()) {
                var _ = values.delete(key);
            }
            counters.dropped();
            return true;
        }
        head.describe(description);
        try (var upload = values.receive(key, (long) description.length + length)) {
            describe(upload);
            input.receive(upload);
            // Where there was no room for the description either, more is missing than the client sends.
            input.skip(Math.min(upload.missing(), length));
            if (upload.put(PutOptions.PLAIN) == PutResult.DROPPED) {
                counters.dropped();
            }
        }
        return true;
    }

    private void describe(Upload upload) {
        int at = 0;
        for (var space = upload.space(); space != null && at < description.length; space = upload.space()) {
            int some = Math.min(space.remaining(), description.length - at);
            space.put(description, at, some);
            at += some;
        }
    }

    private void get() throws IOException {
        var value = head.isKeyClear() ? values.get(head.key()) : null;
        if (value == null) {
            output.put(ReplyHead.no());
            return;
        }
        try {
            send(value);
        } finally {
            value.release();
        }
    }

    private void send(Content value) throws IOException {
        long length = value.size() - description.length;
        var parts = new ContentParts(value);
        if (length >= 0) {
            parts.take(description);
        }
        if (length < 0 || ReplyHead.length(description) != length) {
            // Not of a PUT: another protocol's value, whose key ends as ours do.
            output.put(ReplyHead.no());
            return;
        }
        output.put(ReplyHead.hit(description));
        output.send(parts, NOTHING.duplicate());
    }
}
