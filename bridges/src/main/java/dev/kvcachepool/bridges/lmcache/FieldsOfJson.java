package dev.kvcachepool.bridges.lmcache;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The fields of one JSON object, each judged as it is read. Mistakes are {@link IllegalArgumentException}s that name the field. */
record FieldsOfJson(JsonNode node) {

    static FieldsOfJson of(@Nullable JsonNode node, String what) {
        if (node == null || !node.isObject()) {
            throw new IllegalArgumentException(what + " is not an object");
        }
        return new FieldsOfJson(node);
    }

    FieldsOfJson within(String field) {
        return of(node.get(field), field);
    }

    private @Nullable JsonNode given(String field) {
        var value = node.get(field);
        return value == null || value.isNull() ? null : value;
    }

    private JsonNode required(String field) {
        var value = given(field);
        if (value == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return value;
    }

    List<JsonNode> array(String field, int most) {
        return elements(field, required(field), most);
    }

    List<JsonNode> arrayOr(String field, int most) {
        var value = given(field);
        return value == null ? List.of() : elements(field, value, most);
    }

    private static List<JsonNode> elements(String field, JsonNode value, int most) {
        if (!value.isArray()) {
            throw new IllegalArgumentException(field + " is not an array");
        }
        if (value.size() > most) {
            throw new IllegalArgumentException(field + " has " + value.size() + " elements, allowed are " + most);
        }
        return value.valueStream().toList();
    }

    String text(String field, int least) {
        var text = text(field, required(field));
        if (text.length() < least) {
            throw new IllegalArgumentException(
                    field + " has " + text.length() + " characters, allowed are " + least + " or more");
        }
        return text;
    }

    String textOr(String field, String otherwise) {
        var value = given(field);
        return value == null ? otherwise : text(field, value);
    }

    private static String text(String field, JsonNode value) {
        if (!value.isTextual()) {
            throw new IllegalArgumentException(field + " is not text");
        }
        return value.textValue();
    }

    long whole(String field, long least, long most) {
        return whole(field, required(field), least, most);
    }

    long wholeOr(String field, long otherwise) {
        var value = given(field);
        return value == null ? otherwise : whole(field, value, -1, Long.MAX_VALUE);
    }

    static long whole(String field, JsonNode value, long least, long most) {
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            throw new IllegalArgumentException(
                    field + " is not a whole number that is allowed; allowed are " + least + " to " + most);
        }
        return value.longValue();
    }

    double numberOr(String field, double otherwise) {
        var value = given(field);
        if (value != null && !value.isNumber()) {
            throw new IllegalArgumentException(field + " is not a number");
        }
        return value == null ? otherwise : value.doubleValue();
    }

    boolean truthOr(String field, boolean otherwise) {
        var value = given(field);
        if (value != null && !value.isBoolean()) {
            throw new IllegalArgumentException(field + " is not true or false");
        }
        return value == null ? otherwise : value.booleanValue();
    }

    <E extends Enum<E>> E oneOf(String field, Class<E> kinds) {
        var text = text(field, 1);
        return Arrays.stream(kinds.getEnumConstants())
                .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(field + " is not allowed; allowed are "
                        + Arrays.toString(kinds.getEnumConstants()).toLowerCase(Locale.ROOT)));
    }
}
