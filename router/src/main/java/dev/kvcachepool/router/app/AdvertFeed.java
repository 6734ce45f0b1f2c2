package dev.kvcachepool.router.app;

import dev.kvcachepool.prefixadvert.table.AdvertView;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Where the advert tables come in: the one place that decides who reads them. */
@Singleton
final class AdvertFeed {

    @Produces
    @Singleton
    AdvertView adverts(RouterConfig config) {
        if (config.kafka() == null) {
            return new NoAdverts();
        }
        throw new IllegalStateException("this build has no reader of the advert tables; use a policy without --kafka");
    }
}
