package dev.kvcachepool.router.app;

import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.kafka.AdvertReader;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Where the advert tables come in: the one place that decides who reads them. */
@Singleton
final class AdvertFeed {
    @Produces
    @Singleton
    AdvertView adverts(RouterConfig config) {
        var broker = config.kafka();
        if (broker == null) {
            return new NoAdverts();
        }
        var reader = new AdvertReader(
                KafkaClients.of(broker),
                AdvertTopics.ofPool(config.pool()),
                TopicSettings.withPartitions(TopicSettings.DEFAULT_PARTITIONS),
                FlatPrefixIndex::new,
                InstantSource.system());
        reader.start();
        return reader;
    }

    void close(@Disposes AdvertView view) throws Exception {
        if (view instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }
}
