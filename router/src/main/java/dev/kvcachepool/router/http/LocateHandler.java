package dev.kvcachepool.router.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.router.pick.Locator;
import dev.kvcachepool.router.pick.Locator.Located;
import dev.kvcachepool.router.request.BadRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;

/** {@code POST /v1/locate}: which cache-nodes hold each of some blocks. Cache-nodes of large pools ask it at a miss. */
final class LocateHandler {
    private static final JsonFactory JSON = new JsonFactory();

    private final AdvertView adverts;
    private final Locator locator;
    private final JsonRoute route;

    LocateHandler(RoutedPool pool, Serving serving) {
        this.adverts = pool.adverts();
        this.locator = new Locator(pool.nodes());
        this.route =
                JsonRoute.of(serving, Math.min(serving.limits().maxBodyBytes(), LocateBody.MAX_BYTES), this::locate);
    }

    void handle(RoutingContext context) {
        route.handle(context);
    }

    private JsonRoute.Answer locate(byte[] body) throws BadRequest {
        var blocks = LocateBody.parse(body);
        if (!adverts.ready()) {
            return JsonRoute.Answer.catchingUp();
        }
        return new JsonRoute.Answer(200, json(locator.locate(blocks)));
    }

    /** Written as it comes: thousands of rows need no map each. */
    private static Buffer json(List<List<Located>> holders) {
        var bytes = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeBooleanField("indexReady", true);
            json.writeArrayFieldStart("holders");
            for (var rows : holders) {
                write(rows, json);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a generator over bytes writes no file", e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    /** An array of who holds a block. */
    static void write(List<Located> rows, JsonGenerator json) throws IOException {
        json.writeStartArray();
        for (var row : rows) {
            write(row, json);
        }
        json.writeEndArray();
    }

    private static void write(Located located, JsonGenerator json) throws IOException {
        var holding = located.holding();
        json.writeStartObject();
        json.writeStringField("node", located.node().value());
        json.writeNumberField("worldSize", holding.worldSize());
        json.writeStringField("ranks", HexFormat.of().formatHex(holding.held().toBytes()));
        json.writeStringField("tier", Answers.name(holding.tier()));
        json.writeEndObject();
    }
}
