package dev.kvcachepool.router.http;

import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.router.endpoint.Discovery;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.pick.Picker;
import dev.kvcachepool.router.pick.PoolNodes;
import java.util.function.Supplier;

/** What the routes are about: endpoints, how they are found and picked, and the tables that say who holds what. */
public record RoutedPool(
        Picker picker, Endpoints endpoints, Supplier<Discovery> discovery, AdvertView adverts, PoolNodes nodes) {

    /** Whether endpoints come and go: a name that is unknown now may have been one a moment ago, so is no mistake. */
    boolean changes() {
        return !discovery.get().selector().isEmpty();
    }
}
