package dev.kvcachepool.kvp.adverts;

import dev.kvcachepool.prefixadvert.wire.Advert;
import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.MalformedAdvertException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kvp adverts dump}. */
@Command(
        name = "dump",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes both tables as they are now: the newest row of each key, without what was erased.",
            "Takes some 300 bytes of memory a row: bound them by --holder or --nodes, or set KVP_HEAP."
        })
final class DumpCommand implements Callable<Integer> {
    @Mixin
    Source source = new Source();

    @Mixin
    Chosen chosen = new Chosen();

    private record Row(Writer.Place place, Advert advert) {}

    private final Map<AdvertKey, Row> rows = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        var writer = source.writer();
        try (var log = source.open()) {
            log.read(source.topics().nodes(), record -> take(record, writer));
            if (!chosen.nodes) {
                log.read(source.topics().blocks(), record -> take(record, writer));
            }
        }
        rows.values().forEach(row -> writer.advert(row.place(), row.advert()));
        return 0;
    }

    private void take(ConsumerRecord<byte[], byte[]> record, Writer writer) {
        try {
            var advert = Advert.parse(record.key(), record.value());
            if (!chosen.is(advert)) {
                return;
            }
            var key = key(advert);
            rows.remove(key);
            if (record.value() != null) {
                rows.put(key, new Row(Lines.place(record), advert));
            }
        } catch (MalformedAdvertException e) {
            writer.malformed(Lines.place(record), String.valueOf(e.getMessage()));
        }
    }

    private static AdvertKey key(Advert advert) {
        return switch (advert) {
            case Advert.OfNode node -> node.key();
            case Advert.OfBlock block -> block.key();
        };
    }
}
