package dev.kvcachepool.cachenode.nearby;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.kvcachepool.cachenode.nearby.RouterHolders.Located;
import dev.kvcachepool.commandline.tls.Tls;
import dev.kvcachepool.prefixadvert.index.BlockHolding;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/locate} of a router. Thread-safe. */
public final class LocateClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final int MAX_ANSWER = 16 << 20;
    private static final int MAX_HOLDERS = 4096;
    private static final int OK = 200;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxStringLength(8 << 10)
                    .maxNameLength(64)
                    .build())
            .build();

    private final URI address;
    private final @Nullable Tls tls;
    private volatile Way way;

    /**
     * Connects to nobody yet.
     *
     * @param router its base address
     * @param tls with which an {@code https} address is spoken to; null without
     */
    public LocateClient(URI router, @Nullable Tls tls) {
        this.address = router.resolve("/v1/locate");
        this.tls = tls;
        this.way = Way.of(tls == null ? null : tls.context());
    }

    /** How it is spoken to, by the certificates of one time. */
    private record Way(@Nullable SSLContext context, HttpClient client) {

        static Way of(@Nullable SSLContext context) {
            var client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT);
            return new Way(context, (context == null ? client : client.sslContext(context)).build());
        }
    }

    /** By the certificates that hold now. What is under way by others goes on, and its client ends when nobody has it any more. */
    private HttpClient client() {
        if (tls != null && !tls.context().equals(way.context)) {
            way = Way.of(tls.context());
        }
        return way.client;
    }

    /** Who holds each of some blocks; the slot of a row is its place in its block's list. */
    CompletableFuture<List<List<Located>>> locate(List<BlockId> blocks) {
        var request = HttpRequest.newBuilder(address)
                .timeout(TIMEOUT)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body(blocks)))
                .build();
        return client().sendAsync(
                        request,
                        HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER))
                .thenApply(response -> read(response, blocks.size()));
    }

    private static String body(List<BlockId> blocks) {
        var json = new StringBuilder("{\"blocks\":[");
        for (var block : blocks) {
            json.append(json.charAt(json.length() - 1) == '[' ? "" : ",")
                    .append("{\"namespace\":\"")
                    .append(hex(block.namespace().id()))
                    .append("\",\"hash\":\"")
                    .append(hex(block.hash().high()))
                    .append(hex(block.hash().low()))
                    .append("\"}");
        }
        return json.append("]}").toString();
    }

    private static String hex(long number) {
        return HexFormat.of().toHexDigits(number);
    }

    private static List<List<Located>> read(HttpResponse<byte[]> response, int blocks) {
        if (response.statusCode() != OK) {
            throw new CompletionException(new IOException("the router answered " + response.statusCode()));
        }
        try (var json = JSON.createParser(response.body())) {
            var holders = new ArrayList<List<Located>>();
            require(json.nextToken() == JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                var name = json.currentName();
                json.nextToken();
                if (name.equals("holders")) {
                    holders(json, blocks, holders);
                } else {
                    json.skipChildren();
                }
            }
            require(holders.size() == blocks);
            return holders;
        } catch (IOException | IllegalArgumentException e) {
            throw new CompletionException(e);
        }
    }

    private static void holders(JsonParser json, int most, List<List<Located>> holders) throws IOException {
        require(json.currentToken() == JsonToken.START_ARRAY);
        while (json.nextToken() == JsonToken.START_ARRAY) {
            require(holders.size() < most);
            var rows = new ArrayList<Located>();
            while (json.nextToken() == JsonToken.START_OBJECT) {
                require(rows.size() < MAX_HOLDERS);
                rows.add(row(json, rows.size()));
            }
            holders.add(rows);
        }
    }

    private static Located row(JsonParser json, int place) throws IOException {
        var node = "";
        int worldSize = 0;
        var ranks = RankSet.SINGLE;
        var tier = Tier.HOST;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            var name = json.currentName();
            json.nextToken();
            switch (name) {
                case "node" -> node = json.getText();
                case "worldSize" -> worldSize = json.getIntValue();
                case "ranks" -> ranks = RankSet.ofBytes(HexFormat.of().parseHex(json.getText()));
                case "tier" ->
                    tier = Tier.valueOf(json.getText().toUpperCase(Locale.ROOT).replace('-', '_'));
                default -> json.skipChildren();
            }
        }
        return new Located(new HolderId(node), new BlockHolding(place, worldSize, ranks, tier));
    }

    private static void require(boolean makesSense) throws IOException {
        if (!makesSense) {
            throw new IOException("the router's answer makes no sense");
        }
    }

    @Override
    public void close() {
        way.client.shutdownNow();
    }
}
