package dev.kvcachepool.kvp.kube;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.Event.ID;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Documents as trees, by the bare parsers of Jackson and SnakeYAML: what is usually put on top of them takes longer to be made
 * than most calls of this program last. Pure.
 */
final class Trees {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonFactory JSON = new JsonFactory();

    private Trees() {}

    /**
     * A missing node where there is nothing.
     *
     * @throws IOException also when it is no JSON
     */
    static JsonNode json(InputStream in) throws IOException {
        try (var parser = JSON.createParser(in)) {
            var first = parser.nextToken();
            return first == null ? NODES.missingNode() : json(parser, first);
        }
    }

    /** As deep as Jackson's parser allows, which is a thousand levels. */
    private static JsonNode json(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> {
                var object = NODES.objectNode();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    var name = parser.currentName();
                    object.set(name, json(parser, parser.nextToken()));
                }
                yield object;
            }
            case START_ARRAY -> {
                var array = NODES.arrayNode();
                for (var next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    array.add(json(parser, next));
                }
                yield array;
            }
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT -> NODES.numberNode(parser.getIntValue());
                    case LONG -> NODES.numberNode(parser.getLongValue());
                    default -> NODES.numberNode(parser.getBigIntegerValue());
                };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            default -> NODES.nullNode();
        };
    }

    /**
     * The first document, a missing node where there is none. Scalars are texts, whatever they look like: that a word is a truth
     * or a number is known by who asks for it.
     *
     * @throws IllegalArgumentException when it is no YAML, with a line that says where
     */
    static JsonNode yaml(String text) {
        try {
            var parser = new ParserImpl(new StreamReader(text), new LoaderOptions());
            while (!parser.checkEvent(ID.StreamEnd)) {
                var event = parser.getEvent();
                if (event instanceof NodeEvent) {
                    return yaml(parser, event, new HashMap<>());
                }
            }
            return NODES.missingNode();
        } catch (YAMLException e) {
            var message = e.getMessage();
            throw new IllegalArgumentException(message == null ? "no YAML" : message.replaceAll("\\s+", " "), e);
        }
    }

    private static JsonNode yaml(ParserImpl parser, Event event, Map<String, JsonNode> anchors) {
        return switch (event) {
            case ScalarEvent scalar -> kept(anchors, scalar.getAnchor(), scalar(scalar));
            case AliasEvent alias -> anchors.getOrDefault(alias.getAnchor(), NODES.missingNode());
            case MappingStartEvent start -> {
                var object = NODES.objectNode();
                while (!parser.checkEvent(ID.MappingEnd)) {
                    var name = yaml(parser, parser.getEvent(), anchors).asText();
                    object.set(name, yaml(parser, parser.getEvent(), anchors));
                }
                parser.getEvent();
                yield kept(anchors, start.getAnchor(), object);
            }
            default -> {
                var array = NODES.arrayNode();
                while (!parser.checkEvent(ID.SequenceEnd)) {
                    array.add(yaml(parser, parser.getEvent(), anchors));
                }
                parser.getEvent();
                yield kept(anchors, ((NodeEvent) event).getAnchor(), array);
            }
        };
    }

    private static JsonNode scalar(ScalarEvent scalar) {
        var text = scalar.getValue();
        boolean nothing = text.isEmpty() || text.equals("~") || text.equals("null");
        return nothing && scalar.getScalarStyle() == ScalarStyle.PLAIN ? NODES.nullNode() : NODES.textNode(text);
    }

    private static JsonNode kept(Map<String, JsonNode> anchors, @Nullable String anchor, JsonNode node) {
        if (anchor != null) {
            anchors.put(anchor, node);
        }
        return node;
    }
}
