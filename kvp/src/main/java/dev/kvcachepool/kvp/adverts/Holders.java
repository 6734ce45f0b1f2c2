package dev.kvcachepool.kvp.adverts;

import dev.kvcachepool.prefixadvert.wire.Advert;
import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the log says of each holder. Nodes are to be read before blocks. */
final class Holders {
    private static final double MICROS_PER_MILLI = 1e3;

    private final Map<Long, Holder> holders = new HashMap<>();
    private long newestMillis;

    private static final class Holder {
        final Set<Long> blocks = new HashSet<>();
        final HolderLag.Sample sample = new HolderLag.Sample();
        final Set<Long> voids = new HashSet<>();

        @Nullable
        NodeRow node;

        long incarnation;
        long heardMillis;

        void life(long seen) {
            if (seen > incarnation) {
                incarnation = seen;
                voids.addAll(blocks);
                blocks.clear();
            }
        }
    }

    /**
     * A record was read.
     *
     * @param brokerMillis when the broker took it
     */
    void take(Advert advert, long brokerMillis) {
        newestMillis = Math.max(newestMillis, brokerMillis);
        switch (advert) {
            case Advert.OfNode node -> take(node, brokerMillis);
            case Advert.OfBlock block -> take(block, brokerMillis);
        }
    }

    private void take(Advert.OfNode advert, long brokerMillis) {
        var holder = holders.computeIfAbsent(advert.key().holder().hash(), hash -> new Holder());
        var row = advert.row();
        if (row == null) {
            holder.node = null;
            return;
        }
        holder.life(row.incarnation());
        if (row.incarnation() == holder.incarnation) {
            holder.node = row;
            holder.heardMillis = Math.max(holder.heardMillis, brokerMillis);
        }
    }

    private void take(Advert.OfBlock advert, long brokerMillis) {
        var key = advert.key();
        var holder = holders.computeIfAbsent(key.holder(), hash -> new Holder());
        holder.life(key.incarnation());
        var row = advert.row();
        if (key.incarnation() < holder.incarnation) {
            count(holder.voids, key, row != null);
            return;
        }
        count(holder.blocks, key, row != null);
        holder.heardMillis = Math.max(holder.heardMillis, brokerMillis);
        if (row != null && row.storedAtMicros() >= key.incarnation()) {
            holder.sample.add(brokerMillis - row.storedAtMicros() / MICROS_PER_MILLI);
        }
    }

    /** By 64 bits of its key, which tell the rows of one holder apart well enough to count them. */
    private static void count(Set<Long> some, AdvertKey.Block key, boolean isThere) {
        var hash = key.block().hash();
        long block = 31 * (31 * (key.incarnation() ^ key.block().namespace().id()) + hash.high()) + hash.low();
        if (isThere) {
            some.add(block);
        } else {
            some.remove(block);
        }
    }

    /** Of all holders that have a node row or any other, by id. */
    List<HolderLag> lags() {
        return holders.entrySet().stream()
                .filter(entry -> entry.getValue().node != null
                        || !entry.getValue().blocks.isEmpty()
                        || !entry.getValue().voids.isEmpty())
                .map(entry -> lag(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(Holders::name))
                .toList();
    }

    private static String name(HolderLag lag) {
        var node = lag.node();
        return node == null ? "~" + lag.hash() : node.holder().value();
    }

    private HolderLag lag(long hash, Holder holder) {
        return new HolderLag(
                hash,
                holder.node,
                Math.max(0, newestMillis - holder.heardMillis),
                holder.blocks.size(),
                holder.voids.size(),
                holder.sample.percentile(50),
                holder.sample.percentile(99));
    }
}
