package dev.kvcachepool.bridges.lmcache;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON as it comes, each field judged as it is read: what nobody knows is passed over and takes no memory, however much
 * of it there is. Mistakes are {@link IllegalArgumentException}s that name the field. Stateless.
 */
final class FieldsOfJson {
    private FieldsOfJson() {}

    /** Takes one field's value, at which the parser stands, and leaves it at the value's last token. */
    @FunctionalInterface
    interface Field {
        /** Whether the name is one that is known. */
        boolean take(String name, JsonParser json) throws IOException;
    }

    /** Takes one element, at which the parser stands, and leaves it at the element's last token. */
    @FunctionalInterface
    interface Element {
        void take(JsonParser json) throws IOException;
    }

    /**
     * Reads the object at which the parser stands; fields that are null are as good as missing.
     *
     * @return the fields that were there and are known
     */
    static Set<String> object(JsonParser json, String what, Field field) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException(what + " is not an object");
        }
        var known = new HashSet<String>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            var name = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            if (!field.take(name, json)) {
                json.skipChildren();
            } else if (!known.add(name)) {
                throw new IllegalArgumentException(name + " is there twice");
            }
        }
        return known;
    }

    /** Reads the array at which the parser stands. */
    static void array(JsonParser json, String field, int most, Element element) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new IllegalArgumentException(field + " is not an array");
        }
        for (int count = 1; json.nextToken() != JsonToken.END_ARRAY; count++) {
            if (count > most) {
                throw new IllegalArgumentException(field + " has more elements than allowed; allowed are " + most);
            }
            element.take(json);
        }
    }

    static void require(String field, Set<String> known) {
        if (!known.contains(field)) {
            throw new IllegalArgumentException(field + " is missing");
        }
    }

    /** A field's value, which is null where it was not there. */
    static <T> T required(String field, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return value;
    }

    static String text(JsonParser json, String field, int least, int most) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException(field + " is not text");
        }
        var text = json.getText();
        if (text.length() < least || text.length() > most) {
            throw new IllegalArgumentException(
                    field + " has " + text.length() + " characters, allowed are " + least + " to " + most);
        }
        return text;
    }

    static long whole(JsonParser json, String field, long least, long most) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getNumberType() != NumberType.BIG_INTEGER) {
            long value = json.getLongValue();
            if (value >= least && value <= most) {
                return value;
            }
        }
        throw new IllegalArgumentException(
                field + " is not a whole number that is allowed; allowed are " + least + " to " + most);
    }

    static double number(JsonParser json, String field) throws IOException {
        if (!json.currentToken().isNumeric()) {
            throw new IllegalArgumentException(field + " is not a number");
        }
        return json.getDoubleValue();
    }

    static boolean truth(JsonParser json, String field) throws IOException {
        if (!json.currentToken().isBoolean()) {
            throw new IllegalArgumentException(field + " is not true or false");
        }
        return json.getBooleanValue();
    }

    static <E extends Enum<E>> E oneOf(JsonParser json, String field, Class<E> kinds, int most) throws IOException {
        var text = text(json, field, 1, most);
        return Arrays.stream(kinds.getEnumConstants())
                .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(field + " is not allowed; allowed are "
                        + Arrays.toString(kinds.getEnumConstants()).toLowerCase(Locale.ROOT)));
    }
}
