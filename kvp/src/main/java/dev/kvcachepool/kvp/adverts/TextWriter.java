package dev.kvcachepool.kvp.adverts;

import dev.kvcachepool.prefixadvert.wire.Advert;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Lines for people. A holder is shown by its id once its node row was seen, before that as {@code ~} and its hash. */
final class TextWriter implements Writer {
    private final PrintWriter out;
    private final Map<Long, String> names = new HashMap<>();

    TextWriter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void advert(Place place, Advert advert) {
        switch (advert) {
            case Advert.OfNode node -> {
                names.put(node.key().holder().hash(), node.key().holder().value());
                var row = node.row();
                line(place, "node  " + node.key().holder() + (row == null ? " erased" : node(row)));
            }
            case Advert.OfBlock block -> {
                var key = block.key();
                var row = block.row();
                line(
                        place,
                        "block " + name(key.holder()) + " incarnation=" + key.incarnation() + " namespace="
                                + hex(key.block().namespace().id()) + " hash="
                                + key.block().hash() + (row == null ? " erased" : block(row)));
            }
        }
    }

    private static String node(NodeRow row) {
        return " " + word(row.kind()) + " " + word(row.state()) + " pool=" + row.pool() + " incarnation="
                + row.incarnation() + named(" pod=", row.pod()) + named(" kubernetesNode=", row.kubernetesNode())
                + row.models().stream()
                        .map(model -> " model=" + model.name() + "/" + model.scheme() + "/" + model.chunkTokens())
                        .collect(Collectors.joining())
                + row.tiers().stream()
                        .map(use -> " " + word(use.tier()) + "=" + use.usedBytes() + "/" + use.capacityBytes())
                        .collect(Collectors.joining());
    }

    private static String block(BlockRow row) {
        return " tiers=" + tiers(row) + " worldSize=" + row.worldSize() + " ranks="
                + HexFormat.of().formatHex(row.held().toBytes()) + " bytes=" + row.bytes() + " tokens=" + row.tokens()
                + " stored=" + Instant.ofEpochMilli(row.storedAtMicros() / 1_000)
                + (row.parent() == null ? "" : " parent=" + row.parent())
                + (row.position() < 0 ? "" : " position=" + row.position());
    }

    static String tiers(BlockRow row) {
        return Arrays.stream(Tier.values())
                .filter(tier -> tier.in(row.tiers()))
                .map(TextWriter::word)
                .collect(Collectors.joining(","));
    }

    @Override
    public void malformed(Place place, String why) {
        line(place, "malformed: " + why);
    }

    @Override
    public void partition(PartitionUse use) {
        out.printf(
                "%s-%d offsets %d to %d, %d records, %d tombstones, %d malformed%n",
                use.topic(), use.partition(), use.start(), use.end(), use.records(), use.tombstones(), use.malformed());
    }

    @Override
    public void lag(HolderLag lag) {
        var node = lag.node();
        var who = node == null
                ? name(lag.hash()) + " without a node row"
                : node.holder() + " " + word(node.state()) + " incarnation=" + node.incarnation();
        out.printf(
                "%s silent %.1f s, %d rows, %d void, %s%n",
                who,
                lag.silentMillis() / 1e3,
                lag.rows(),
                lag.voids(),
                lag.p50Millis() < 0
                        ? "no new row"
                        : String.format(
                                Locale.ROOT,
                                "stored to log p50 %.1f ms, p99 %.1f ms",
                                lag.p50Millis(),
                                lag.p99Millis()));
    }

    private String name(long hash) {
        return names.getOrDefault(hash, "~" + hex(hash));
    }

    private void line(Place place, String what) {
        out.println(Instant.ofEpochMilli(place.brokerMillis()) + " " + place.topic() + "-" + place.partition() + "@"
                + place.offset() + " " + what);
    }

    private static String named(String name, String value) {
        return value.isEmpty() ? "" : name + value;
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String hex(long number) {
        return HexFormat.of().toHexDigits(number);
    }
}
