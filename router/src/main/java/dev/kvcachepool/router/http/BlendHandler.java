package dev.kvcachepool.router.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.router.pick.BlendLookup;
import dev.kvcachepool.router.request.BadRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/blend-lookup}: which stored chunks occur anywhere in a prompt, where, and who holds them. */
final class BlendHandler {
    private static final JsonFactory JSON = new JsonFactory();

    private final AdvertView adverts;
    private final @Nullable BlendLookup lookup;
    private final int maxTokens;
    private final JsonRoute route;

    BlendHandler(RoutedPool pool, Serving serving) {
        var limits = serving.limits();
        this.adverts = pool.adverts();
        this.lookup = pool.blend();
        this.maxTokens = limits.maxPromptTokens();
        this.route = JsonRoute.of(serving, limits.maxBodyBytes(), this::find);
    }

    void handle(RoutingContext context) {
        route.handle(context);
    }

    private JsonRoute.Answer find(byte[] body) throws BadRequest {
        var parsed = BlendBody.parse(body, maxTokens);
        if (lookup == null) {
            var message = "look-up at any position is off; start the router with --any-position-memory";
            return JsonRoute.Answer.of(501, Map.of("error", Map.of("message", message, "type", "not_implemented")));
        }
        if (!adverts.ready()) {
            return JsonRoute.Answer.catchingUp();
        }
        return lookup.find(parsed.model(), parsed.salt(), parsed.tokens())
                .map(answer -> new JsonRoute.Answer(200, json(answer)))
                .orElseGet(() -> JsonRoute.Answer.of(
                        200, Map.of("indexReady", true, "matches", List.of(), "reason", "no node declares the model")));
    }

    /** Written as it comes, like what {@link LocateHandler} writes. */
    private static Buffer json(BlendLookup.Answer answer) {
        var bytes = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeBooleanField("indexReady", true);
            json.writeStringField(
                    "namespace", HexFormat.of().toHexDigits(answer.namespace().id()));
            json.writeNumberField("tokensSearched", answer.tokensSearched());
            json.writeArrayFieldStart("matches");
            for (var match : answer.matches()) {
                write(match, answer.chunkTokens(), json);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a generator over bytes writes no file", e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    private static void write(BlendLookup.Match match, int chunkTokens, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField(
                "hash",
                match.hash()
                        + (match.rest().equals(BlockHash.NONE)
                                ? ""
                                : match.rest().toString()));
        json.writeNumberField("positionThen", match.then());
        json.writeNumberField("positionNow", match.now());
        json.writeNumberField("tokens", chunkTokens);
        json.writeFieldName("holders");
        LocateHandler.write(match.holders(), json);
        json.writeEndObject();
    }
}
