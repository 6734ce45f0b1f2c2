package dev.kvcachepool.router.http;

import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.router.endpoint.Discovery;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.pick.BlendLookup;
import dev.kvcachepool.router.pick.Picker;
import dev.kvcachepool.router.pick.PoolMismatches;
import dev.kvcachepool.router.pick.PoolNodes;
import dev.kvcachepool.router.pick.PrefixHolders;
import dev.kvcachepool.router.pin.Pins;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the routes are about: endpoints, how they are found and picked, the tables that say who holds what, what engines do
 * otherwise than those say, and the way to those holders.
 *
 * @param blend null where tokens of stored chunks are not kept
 */
public record RoutedPool(
        Picker picker,
        Endpoints endpoints,
        Supplier<Discovery> discovery,
        AdvertView adverts,
        PoolNodes nodes,
        PoolMismatches mismatches,
        @Nullable BlendLookup blend,
        PrefixHolders holders,
        Pins pins) {

    /** Whether endpoints come and go: a name that is unknown now may have been one a moment ago, so is no mistake. */
    boolean changes() {
        return !discovery.get().selector().isEmpty();
    }
}
