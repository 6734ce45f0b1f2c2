package dev.kvcachepool.kvp.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl kvp prefixes}. */
@Command(
        name = "prefixes",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows how many blocks each cache-node of a pool holds, and the pool's PrefixPins; with --model and a prompt, how"
                    + " much of that prompt is held, and where a request with it would go.",
            "Asks the pool's router through the API server, for which the right to services/proxy is needed."
        })
public final class PrefixesCommand implements Callable<Integer> {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Mixin
    Cluster cluster = new Cluster();

    @Parameters(index = "0", paramLabel = "<pool>", description = "name of a KVCachePool")
    String pool = "";

    @Option(names = "--model", paramLabel = "<name>", description = "as the pool declares it")
    @Nullable
    String model;

    @Option(names = "--salt", paramLabel = "<salt>", description = "the tenant's cache salt; default: none")
    @Nullable
    String salt;

    @Option(names = "--text", paramLabel = "<prompt>", description = "of which the router must have a tokenizer")
    @Nullable
    String text;

    @Option(names = "--tokens", paramLabel = "<id>", split = ",", description = "the prompt as token ids, with commas")
    List<Integer> tokens = new ArrayList<>();

    @Override
    public Integer call() {
        var request = request();
        var api = cluster.open();
        var one = api.pool(pool);
        if (request != null) {
            pick(api.router(one, "/v1/pick", request));
        } else {
            index(api.router(one, "/v1/index", null), pins(api.pins()));
        }
        return 0;
    }

    private @Nullable ObjectNode request() {
        boolean prompt = text != null || !tokens.isEmpty();
        if (!prompt && model == null && salt == null) {
            return null;
        }
        if (model == null || !prompt || (text != null && !tokens.isEmpty())) {
            throw cluster.refuse("a prompt needs --model and one of --text and --tokens");
        }
        var request = JSON.objectNode().put("model", model).put("follow", false);
        if (salt != null) {
            request.put("salt", salt);
        }
        if (text != null) {
            request.put("prompt", text);
        } else {
            var ids = request.putArray("tokens");
            tokens.forEach(ids::add);
        }
        return request;
    }

    private void pick(JsonNode answer) {
        if (cluster.json()) {
            cluster.print(answer);
            return;
        }
        var table = new Table("ENDPOINT", "CACHE-NODE", "HELD", "OF", "ESTIMATED TTFT", "WHY");
        answer.path("ranked")
                .forEach(row -> table.row(
                        row.path("endpoint").asText(),
                        row.path("node").asText(),
                        row.path("heldBlocks").asText(),
                        row.path("totalBlocks").asText(),
                        Math.round(row.path("estimatedTtftMs").asDouble()) + " ms",
                        row.path("reason").asText()));
        table.print(cluster.out());
    }

    private List<JsonNode> pins(List<JsonNode> all) {
        return all.stream()
                .filter(pin -> StreamSupport.stream(pin.at("/spec/pools").spliterator(), false)
                        .anyMatch(name -> name.asText().equals(pool)))
                .toList();
    }

    private void index(JsonNode index, List<JsonNode> pins) {
        if (cluster.json()) {
            var both = JSON.objectNode();
            both.set("index", index);
            both.putArray("pins").addAll(pins);
            cluster.print(both);
            return;
        }
        var out = cluster.out();
        out.println(index.path("blocks").asLong() + " blocks in "
                + index.path("pairs").asLong()
                + " places; the router " + (index.path("ready").asBoolean() ? "has read" : "is still reading")
                + " the adverts");
        var nodes = new Table("CACHE-NODE", "STATE", "LIVENESS", "BLOCKS", "MODELS");
        index.path("nodes")
                .forEach(node -> nodes.row(
                        name(node),
                        node.path("state").asText(),
                        node.path("liveness").asText(),
                        node.path("blocks").asText(),
                        names(node.path("models"))));
        nodes.print(out);
        if (!pins.isEmpty()) {
            out.println();
            var table = new Table("PREFIXPIN", "MODE", "MODEL", "READY", "MESSAGE");
            pins.forEach(pin -> table.row(
                    pin.at("/metadata/name").asText(),
                    pin.at("/spec/mode").asText(),
                    pin.at("/spec/model").asText(),
                    Conditions.of(pin, "Ready").path("status").asText("Unknown"),
                    Conditions.of(pin, "Ready").path("message").asText()));
            table.print(out);
        }
    }

    /** Of its pod, by which the other commands know it; the id of a Sidecar pool's begins with the pool's uid. */
    private static String name(JsonNode node) {
        var pod = node.path("pod").asText("");
        return pod.isEmpty() ? node.path("id").asText() : pod;
    }

    private static String names(JsonNode models) {
        return StreamSupport.stream(models.spliterator(), false)
                .map(one -> one.path("name").asText())
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
