package dev.kvcachepool.router.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.router.jinja.None;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as chat templates see it: None, Boolean, Long or BigInteger, Double, String, List, Map; and back. */
public final class JsonValues {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonValues() {}

    public static Object of(JsonNode node) {
        return switch (node.getNodeType()) {
            case BOOLEAN -> node.booleanValue();
            case STRING -> node.textValue();
            case NUMBER -> number(node);
            case ARRAY -> {
                var list = new ArrayList<Object>(node.size());
                node.forEach(each -> list.add(of(each)));
                yield list;
            }
            case OBJECT -> object(node);
            default -> None.NONE;
        };
    }

    /** Of an object. */
    public static Map<String, Object> object(JsonNode node) {
        var map = new LinkedHashMap<String, Object>();
        node.properties().forEach(each -> map.put(each.getKey(), of(each.getValue())));
        return map;
    }

    private static Object number(JsonNode node) {
        if (!node.isIntegralNumber()) {
            return node.doubleValue();
        }
        return whole(node.bigIntegerValue());
    }

    static Object whole(BigInteger number) {
        return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }

    public static JsonNode toJson(Object value) {
        return switch (value) {
            case Boolean truth -> NODES.booleanNode(truth);
            case Long number -> NODES.numberNode(number);
            case BigInteger number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case String text -> NODES.textNode(text);
            case List<?> list -> {
                ArrayNode array = NODES.arrayNode(list.size());
                list.forEach(each -> array.add(toJson(each)));
                yield array;
            }
            case Map<?, ?> map -> {
                ObjectNode object = NODES.objectNode();
                map.forEach((key, each) -> object.set(String.valueOf(key), toJson(each)));
                yield object;
            }
            default -> NODES.nullNode();
        };
    }
}
