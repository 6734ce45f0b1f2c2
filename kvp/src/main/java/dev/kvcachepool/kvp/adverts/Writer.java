package dev.kvcachepool.kvp.adverts;

import dev.kvcachepool.prefixadvert.wire.Advert;

/** Writes what was read, a line each. Salts are not in the tables, so never shown; namespaces are hashes. */
interface Writer {

    /** A record as it stands in the log. */
    void advert(Place place, Advert advert);

    /** A record that is none. */
    void malformed(Place place, String why);

    /** How a holder's words come. */
    void lag(HolderLag lag);

    /** What a partition has. */
    void partition(PartitionUse use);

    /**
     * Where a record stands.
     *
     * @param brokerMillis when the broker took it, ms since the epoch
     */
    record Place(String topic, int partition, long offset, long brokerMillis) {}

    /**
     * A partition at one moment.
     *
     * @param records those that were read, tombstones included; fewer than offsets where the log is compacted
     */
    record PartitionUse(
            String topic, int partition, long start, long end, long records, long tombstones, long malformed) {}
}
