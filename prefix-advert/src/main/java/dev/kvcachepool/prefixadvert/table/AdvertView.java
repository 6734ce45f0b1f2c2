package dev.kvcachepool.prefixadvert.table;

import dev.kvcachepool.prefixadvert.index.PrefixIndex;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.util.List;
import java.util.Optional;

/** The advert tables as routers read them. Thread-safe; never waits for the broker. */
public interface AdvertView {

    /** Whether the tables have been read up to the end offsets seen at the start. Stays true from then on. */
    boolean ready();

    PrefixIndex index();

    /** All holders with a node row, in the order of their ids; holders known by block rows alone are not listed. */
    List<HolderView> holders();

    Optional<HolderView> holder(HolderId id);

    AdvertStats stats();
}
