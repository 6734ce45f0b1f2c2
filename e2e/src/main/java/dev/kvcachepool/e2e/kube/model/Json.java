package dev.kvcachepool.e2e.kube.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Reading and writing of JSON trees. What isn't there reads as missing or as an empty text, never as null. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    private Json() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    public static ArrayNode arrayOf(Iterable<String> texts) {
        var array = array();
        texts.forEach(array::add);
        return array;
    }

    public static JsonNode at(JsonNode node, String... path) {
        var here = node;
        for (var step : path) {
            here = here.path(step);
        }
        return here.isNull() ? MissingNode.getInstance() : here;
    }

    public static String text(JsonNode node, String... path) {
        return at(node, path).asText("");
    }

    /** The object under that name; made when it isn't there. */
    public static ObjectNode child(ObjectNode node, String name) {
        return node.get(name) instanceof ObjectNode object ? object : node.putObject(name);
    }

    public static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(item -> texts.add(item.asText()));
        return List.copyOf(texts);
    }

    public static JsonNode parse(byte[] bytes) {
        try {
            return nonNull(MAPPER.readTree(bytes));
        } catch (IOException e) {
            throw ApiFailure.badRequest("the body is not JSON: " + firstLine(e));
        }
    }

    public static JsonNode parseYaml(byte[] bytes) {
        try {
            return nonNull(YAML.readTree(bytes));
        } catch (IOException e) {
            throw ApiFailure.badRequest("the body is not YAML: " + firstLine(e));
        }
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String compact(JsonNode node) {
        return node.toString();
    }

    /** A point in time as the API writes it: whole seconds, UTC. */
    public static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static JsonNode nonNull(JsonNode node) {
        return node.isMissingNode() || node.isNull() ? object() : node;
    }

    private static String firstLine(IOException e) {
        return e instanceof JsonProcessingException json
                ? json.getOriginalMessage().lines().findFirst().orElse("")
                : String.valueOf(e.getMessage());
    }
}
