package dev.kvcachepool.kvp.adverts;

import dev.kvcachepool.prefixadvert.wire.Advert;
import dev.kvcachepool.prefixadvert.wire.MalformedAdvertException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Writes records that are chosen, one by one. */
final class Lines {
    private final Writer writer;
    private final Chosen chosen;
    private final BooleanSupplier room;

    /**
     * Lines to {@code writer}.
     *
     * @param room asked before each line: whether it is still to be written
     */
    Lines(Writer writer, Chosen chosen, BooleanSupplier room) {
        this.writer = writer;
        this.chosen = chosen;
        this.room = room;
    }

    void take(ConsumerRecord<byte[], byte[]> record) {
        var place = place(record);
        try {
            var advert = Advert.parse(record.key(), record.value());
            if (chosen.is(advert) && room.getAsBoolean()) {
                writer.advert(place, advert);
            }
        } catch (MalformedAdvertException e) {
            if (room.getAsBoolean()) {
                writer.malformed(place, String.valueOf(e.getMessage()));
            }
        }
    }

    static Writer.Place place(ConsumerRecord<byte[], byte[]> record) {
        return new Writer.Place(record.topic(), record.partition(), record.offset(), record.timestamp());
    }
}
