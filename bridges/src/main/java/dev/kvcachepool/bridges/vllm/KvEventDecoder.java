package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.bridges.vllm.KvEvent.AllBlocksCleared;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a message of vLLM's KV events, in each of the encodings that engines have used:
 *
 * <pre>
 * [ts, [{"type": "BlockStored", "block_hashes": […], …}, …], rank?]      since June 2026
 * [ts, [["BlockStored", […], …], …], rank?]                              before
 * {"ts": ts, "events": [{"type": …}, …], "data_parallel_rank": rank}     for a while in between
 * </pre>
 *
 * Whatever the bytes, it ends in a batch or a {@link MalformedEventException}. For one message, by one thread.
 */
public final class KvEventDecoder {
    public static final int MOST_BYTES = 8 << 20;
    private static final int MOST_EVENTS = 1 << 16;
    private static final int MOST_FIELDS = 64;
    private static final String TAG = "type";

    private final FieldReader in;
    private final List<KvEvent> events = new ArrayList<>();
    private int skippedEvents;
    private int skippedFields;

    private KvEventDecoder(byte[] message) {
        this.in = new FieldReader(message);
    }

    /** The batch that {@code message} is. */
    public static KvEventBatch decode(byte[] message) throws MalformedEventException {
        if (message.length > MOST_BYTES) {
            throw new MalformedEventException(
                    "the message has " + message.length + " bytes, allowed are " + MOST_BYTES);
        }
        return new KvEventDecoder(message).batch();
    }

    private KvEventBatch batch() throws MalformedEventException {
        if (in.isMap("the batch")) {
            mapBatch();
        } else {
            arrayBatch();
        }
        if (!in.isAtEnd()) {
            throw new MalformedEventException("the message goes on after the batch's end");
        }
        return new KvEventBatch(events, skippedEvents, skippedFields);
    }

    private void arrayBatch() throws MalformedEventException {
        int parts = in.arrayOf("the batch", MOST_FIELDS);
        if (parts < 2) {
            throw new MalformedEventException("the batch has " + parts + " elements, allowed are 2 or more");
        }
        in.skip("ts");
        events();
        for (int i = 2; i < parts; i++) {
            in.skip("data_parallel_rank");
        }
    }

    private void mapBatch() throws MalformedEventException {
        int fields = in.mapOf("the batch", MOST_FIELDS);
        var found = false;
        for (int i = 0; i < fields; i++) {
            var name = in.text("a field of the batch");
            if (name.equals("events")) {
                events();
                found = true;
            } else {
                in.skip(name);
            }
        }
        if (!found) {
            throw new MalformedEventException("events is missing");
        }
    }

    private void events() throws MalformedEventException {
        int count = in.arrayOf("events", MOST_EVENTS);
        for (int i = 0; i < count; i++) {
            if (in.isMap("an event")) {
                mapEvent();
            } else {
                arrayEvent();
            }
        }
    }

    private void arrayEvent() throws MalformedEventException {
        int parts = in.arrayOf("an event", MOST_FIELDS);
        if (parts == 0) {
            throw new MalformedEventException("an event has no elements, allowed are 1 or more");
        }
        var tag = in.text("an event's type");
        var order = EventFields.order(tag);
        var fields = new EventFields();
        for (int i = 0; i < parts - 1; i++) {
            take(fields, i < order.size() ? order.get(i) : "a field without a name", isKnown(tag));
        }
        add(tag, fields);
    }

    private void mapEvent() throws MalformedEventException {
        int count = in.mapOf("an event", MOST_FIELDS);
        var fields = new EventFields();
        String tag = null;
        for (int i = 0; i < count; i++) {
            var name = in.text("a field of an event");
            if (name.equals(TAG)) {
                tag = in.text(TAG);
            } else {
                take(fields, name, tag == null || isKnown(tag));
            }
        }
        add(tag, fields);
    }

    private void take(EventFields fields, String name, boolean known) throws MalformedEventException {
        if (!known) {
            in.skip(name);
        } else if (!fields.take(name, in)) {
            skippedFields++;
        }
    }

    private static boolean isKnown(String tag) {
        return tag.equals(EventFields.STORED) || tag.equals(EventFields.REMOVED) || tag.equals(EventFields.CLEARED);
    }

    private void add(@Nullable String tag, EventFields fields) throws MalformedEventException {
        if (tag == null) {
            throw new MalformedEventException("an event's type is missing");
        }
        switch (tag) {
            case EventFields.STORED -> events.add(fields.stored());
            case EventFields.REMOVED -> events.add(fields.removed());
            case EventFields.CLEARED -> events.add(new AllBlocksCleared());
            default -> skippedEvents++;
        }
    }
}
