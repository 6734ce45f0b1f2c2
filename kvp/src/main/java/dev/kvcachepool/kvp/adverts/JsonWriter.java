package dev.kvcachepool.kvp.adverts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.prefixadvert.wire.Advert;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An object a line, for programs. Names are those of the tables' Protobuf, in lower camel case; hashes are in hex. */
final class JsonWriter implements Writer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final PrintWriter out;

    JsonWriter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void advert(Place place, Advert advert) {
        var line = at(place);
        switch (advert) {
            case Advert.OfNode node -> {
                line.put("table", "nodes");
                line.put("holder", node.key().holder().value());
                line.put("holderHash", TextWriter.hex(node.key().holder().hash()));
                line.put("erased", node.row() == null);
                if (node.row() != null) {
                    put(line, node.row());
                }
            }
            case Advert.OfBlock block -> {
                line.put("table", "blocks");
                line.put("holderHash", TextWriter.hex(block.key().holder()));
                line.put("incarnation", block.key().incarnation());
                line.put(
                        "namespace",
                        TextWriter.hex(block.key().block().namespace().id()));
                line.put("hash", block.key().block().hash().toString());
                line.put("erased", block.row() == null);
                if (block.row() != null) {
                    put(line, block.row());
                }
            }
        }
        write(line);
    }

    private static void put(Map<String, Object> line, NodeRow row) {
        line.put("kind", TextWriter.word(row.kind()));
        line.put("pool", row.pool());
        line.put("incarnation", row.incarnation());
        line.put("state", TextWriter.word(row.state()));
        var endpoints = new LinkedHashMap<String, String>();
        row.endpoints().forEach((protocol, address) -> endpoints.put(protocol, address.toString()));
        line.put("endpoints", endpoints);
        line.put("pod", row.pod());
        line.put("kubernetesNode", row.kubernetesNode());
        line.put("zone", row.zone());
        line.put(
                "models",
                row.models().stream()
                        .map(model -> Map.of(
                                "name", model.name(), "scheme", model.scheme(), "chunkTokens", model.chunkTokens()))
                        .toList());
        line.put(
                "tiers",
                row.tiers().stream()
                        .map(use -> Map.of(
                                "tier", TextWriter.word(use.tier()),
                                "capacityBytes", use.capacityBytes(),
                                "usedBytes", use.usedBytes()))
                        .toList());
    }

    private static void put(Map<String, Object> line, BlockRow row) {
        line.put("tiers", List.of(TextWriter.tiers(row).split(",", -1)));
        line.put("worldSize", row.worldSize());
        line.put("ranks", HexFormat.of().formatHex(row.held().toBytes()));
        line.put("bytes", row.bytes());
        line.put("tokens", row.tokens());
        line.put("storedAtMicros", row.storedAtMicros());
        if (row.parent() != null) {
            line.put("parent", row.parent().toString());
        }
        if (row.position() >= 0) {
            line.put("position", row.position());
        }
    }

    @Override
    public void malformed(Place place, String why) {
        var line = at(place);
        line.put("malformed", why);
        write(line);
    }

    @Override
    public void partition(PartitionUse use) {
        write(use);
    }

    @Override
    public void lag(HolderLag lag) {
        var line = new LinkedHashMap<String, Object>();
        var node = lag.node();
        line.put("holderHash", TextWriter.hex(lag.hash()));
        if (node != null) {
            line.put("holder", node.holder().value());
            line.put("state", TextWriter.word(node.state()));
            line.put("incarnation", node.incarnation());
        }
        line.put("silentMillis", lag.silentMillis());
        line.put("rows", lag.rows());
        line.put("voids", lag.voids());
        if (lag.p50Millis() >= 0) {
            line.put("p50Millis", lag.p50Millis());
            line.put("p99Millis", lag.p99Millis());
        }
        write(line);
    }

    private static Map<String, Object> at(Place place) {
        var line = new LinkedHashMap<String, Object>();
        line.put("topic", place.topic());
        line.put("partition", place.partition());
        line.put("offset", place.offset());
        line.put("brokerMillis", place.brokerMillis());
        return line;
    }

    private void write(Object line) {
        try {
            out.println(JSON.writeValueAsString(line));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of text and numbers are JSON", e);
        }
    }
}
