package dev.kvcachepool.router.app;

import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.kafka.AdvertReader;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.table.Silence;
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
        var source = config.adverts();
        if (source == null) {
            return new NoAdverts();
        }
        var reader = new AdvertReader(
                source.clients(),
                source.topics(),
                source.settings(),
                FlatPrefixIndex::new,
                InstantSource.system(),
                Silence.ofLimit(source.silenceLimit()));
        reader.start();
        return reader;
    }

    void close(@Disposes AdvertView view) throws Exception {
        if (view instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }
}
