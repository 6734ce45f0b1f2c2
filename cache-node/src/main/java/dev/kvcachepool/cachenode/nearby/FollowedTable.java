package dev.kvcachepool.cachenode.nearby;

import dev.kvcachepool.prefixadvert.table.AdvertView;

/** The blocks table, followed until this is closed. */
public interface FollowedTable extends AutoCloseable {

    AdvertView adverts();

    @Override
    void close();
}
