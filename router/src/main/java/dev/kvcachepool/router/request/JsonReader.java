package dev.kvcachepool.router.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.kvcachepool.router.jinja.None;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;

/**
 * Reads request bodies token by token, without building a tree: a million prompt tokens become one int array. Nesting,
 * numbers and names are bounded. One thread, one body.
 */
public final class JsonReader implements AutoCloseable {
    static final int MAX_DEPTH = 64;

    // Bodies are UTF-8: what looks like another encoding is a mistake, and guessing one fails in ways of its own.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(64)
                    .maxNameLength(256)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final JsonParser parser;

    /** Reads one member's value; the reader stands on its first token and must be left on its last. */
    public interface Member {
        void read(String name, JsonReader json) throws BadRequest, IOException;
    }

    JsonReader(byte[] body) {
        try {
            this.parser = FACTORY.createParser(body);
        } catch (IOException e) {
            throw new UncheckedIOException("a parser over bytes reads no file", e);
        }
    }

    /** Reads the whole body, which must be one object and nothing else. */
    public static void readBody(byte[] body, Member member) throws BadRequest {
        try (var json = new JsonReader(body)) {
            if (json.parser.nextToken() != JsonToken.START_OBJECT) {
                throw new BadRequest("body", json.found(), "a JSON object");
            }
            json.readObject(member);
            if (json.parser.nextToken() != null) {
                throw new BadRequest("body", "more after the JSON object", "one JSON object");
            }
        } catch (JsonProcessingException e) {
            throw new BadRequest("body", e.getOriginalMessage(), "JSON, nested at most " + MAX_DEPTH + " deep");
        } catch (CharConversionException e) {
            throw new BadRequest("body", "bytes that are no text", "JSON in UTF-8");
        } catch (IOException e) {
            throw new UncheckedIOException("a parser over bytes reads no file", e);
        }
    }

    /** Reads the members of the object whose start the reader stands on. */
    public void readObject(Member member) throws BadRequest, IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            parser.nextToken();
            member.read(name, this);
        }
    }

    public JsonToken token() {
        return parser.currentToken();
    }

    public JsonToken next() throws IOException {
        return parser.nextToken();
    }

    public void skip() throws IOException {
        parser.skipChildren();
    }

    /** Bytes of the body read so far. */
    public long offset() {
        return parser.currentLocation().getByteOffset();
    }

    /** Characters of the string that the reader stands on. */
    public int textLength() throws IOException {
        return parser.getTextLength();
    }

    public String string(String field) throws BadRequest, IOException {
        expect(JsonToken.VALUE_STRING, field, "a string");
        return parser.getText();
    }

    public boolean bool(String field) throws BadRequest {
        if (token() != JsonToken.VALUE_TRUE && token() != JsonToken.VALUE_FALSE) {
            throw new BadRequest(field, found(), "true or false");
        }
        return token() == JsonToken.VALUE_TRUE;
    }

    /** A whole number from {@code least} to {@code most}. */
    public long whole(String field, long least, long most) throws BadRequest, IOException {
        var allowed = "an integer from " + least + " to " + most;
        expect(JsonToken.VALUE_NUMBER_INT, field, allowed);
        boolean isLong = parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        if (!isLong || parser.getLongValue() < least || parser.getLongValue() > most) {
            throw new BadRequest(field, parser.getText(), allowed);
        }
        return parser.getLongValue();
    }

    /** The value that the reader stands on, whole, as {@link JsonValues} has it. */
    public Object value() throws IOException {
        return switch (token()) {
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> JsonValues.whole(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case START_ARRAY -> {
                var list = new ArrayList<Object>();
                while (next() != JsonToken.END_ARRAY) {
                    list.add(value());
                }
                yield list;
            }
            case START_OBJECT -> {
                var map = new LinkedHashMap<String, Object>();
                while (next() == JsonToken.FIELD_NAME) {
                    var name = parser.currentName();
                    next();
                    map.put(name, value());
                }
                yield map;
            }
            default -> None.NONE;
        };
    }

    /** An array of token ids, of which {@code max} are allowed; the reader may stand on its first element already. */
    public int[] tokens(String field, int max) throws BadRequest, IOException {
        if (token() == JsonToken.START_ARRAY) {
            next();
        }
        var tokens = new int[256];
        int size = 0;
        for (; token() != JsonToken.END_ARRAY; next()) {
            if (size == max) {
                throw new BadRequest(field, "more than " + max + " tokens", "at most " + max);
            }
            if (size == tokens.length) {
                tokens = Arrays.copyOf(tokens, Math.min(max, size * 2));
            }
            tokens[size] = tokenId(field + "[" + size + "]");
            size++;
        }
        if (size == 0) {
            throw new BadRequest(field, "empty", "at least one token");
        }
        return Arrays.copyOf(tokens, size);
    }

    private int tokenId(String field) throws BadRequest, IOException {
        var allowed = "an integer from 0 to " + Integer.MAX_VALUE;
        expect(JsonToken.VALUE_NUMBER_INT, field, allowed);
        if (parser.getNumberType() != JsonParser.NumberType.INT || parser.getIntValue() < 0) {
            throw new BadRequest(field, parser.getText(), allowed);
        }
        return parser.getIntValue();
    }

    public void expect(JsonToken expected, String field, String allowed) throws BadRequest {
        if (token() != expected) {
            throw new BadRequest(field, found(), allowed);
        }
    }

    /** What kind of value the reader stands on, in words. */
    String found() {
        return switch (parser.currentToken()) {
            case null -> "nothing";
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NUMBER_INT -> "an integer";
            case VALUE_NUMBER_FLOAT -> "a fraction";
            default -> "something else";
        };
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
