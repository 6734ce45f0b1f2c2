package dev.kvcachepool.kvp.adverts;

import dev.kvcachepool.prefixadvert.kafka.AdvertLog;
import dev.kvcachepool.prefixadvert.wire.Advert;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.MalformedAdvertException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kvp adverts lag}. */
@Command(
        name = "lag",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes what each partition has, and of each holder: since when it is silent, how many rows it has, and how long"
                    + " its rows took from stored to the log (if clocks agree).",
            "What a router still has to read is kvcachepool_router_advert_lag_p99_seconds in its metrics."
        })
final class LagCommand implements Callable<Integer> {
    @Mixin
    Source source = new Source();

    @Override
    public Integer call() throws Exception {
        var writer = source.writer();
        var topics = source.topics();
        try (var log = source.open()) {
            var holders = new Holders();
            partitions(log, topics, holders, writer);
            holders.lags().forEach(writer::lag);
        }
        return 0;
    }

    private static void partitions(AdvertLog log, AdvertTopics topics, Holders holders, Writer writer) {
        for (var topic : List.of(topics.nodes(), topics.blocks())) {
            var counts = new Counts(log.bounds(topic));
            log.read(topic, record -> {
                try {
                    var advert = Advert.parse(record.key(), record.value());
                    counts.take(record, true);
                    holders.take(advert, record.timestamp());
                } catch (MalformedAdvertException e) {
                    counts.take(record, false);
                }
            });
            counts.uses().forEach(writer::partition);
        }
    }
}
