package dev.kvcachepool.router.tokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.router.jinja.None;
import dev.kvcachepool.router.request.JsonValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request's messages and tools as vLLM gives them to the chat template ({@code parse_chat_messages}): content as text or as
 * parts, whichever the template goes through; calls' arguments as objects; fields it does not know left out.
 */
final class ChatMessages {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> TEXT_OF = Map.of(
            "text", "text", "input_text", "text", "output_text", "text", "refusal", "refusal", "thinking", "thinking");

    private final boolean asParts;

    private ChatMessages(boolean asParts) {
        this.asParts = asParts;
    }

    /**
     * The messages.
     *
     * @param asParts whether the template goes through the parts of a content
     * @throws Untokenizable if one is not of text alone, or is none
     */
    static List<Object> of(Object messages, boolean asParts) throws Untokenizable {
        var reader = new ChatMessages(asParts);
        var read = new ArrayList<Object>();
        for (var each : list(messages)) {
            read.add(reader.message(map(each)));
        }
        return read;
    }

    private Map<String, Object> message(Map<String, Object> given) throws Untokenizable {
        if (!(given.get("role") instanceof String role)) {
            throw unsupported();
        }
        var message = new LinkedHashMap<String, Object>();
        message.put("role", role);
        message.put("content", content(given.getOrDefault("content", None.NONE)));
        switch (role) {
            case "assistant" -> assistant(given, message);
            case "tool" -> copy("tool_call_id", given, message);
            case "developer" -> message.put("tools", given.getOrDefault("tools", None.NONE));
            default -> {}
        }
        if (given.get("name") instanceof String name) {
            message.put("name", name);
        }
        return message;
    }

    private Object content(Object given) throws Untokenizable {
        var texts = new ArrayList<String>();
        switch (given) {
            case None _ -> {}
            case String text -> texts.add(text);
            default -> {
                for (var part : list(given)) {
                    texts.add(part instanceof String text ? text : text(map(part)));
                }
            }
        }
        if (!asParts) {
            return String.join("\n", texts);
        }
        var parts = new ArrayList<Object>();
        texts.forEach(text -> {
            var part = new LinkedHashMap<String, Object>();
            part.put("type", "text");
            part.put("text", text);
            parts.add(part);
        });
        return parts;
    }

    private static String text(Map<String, Object> part) throws Untokenizable {
        var key = TEXT_OF.get(part.getOrDefault("type", "") instanceof String type ? type : "");
        if (key != null && part.get(key) instanceof String text) {
            return text;
        }
        throw unsupported();
    }

    private static void assistant(Map<String, Object> given, Map<String, Object> message) throws Untokenizable {
        if (given.getOrDefault("tool_calls", None.NONE) instanceof List<?> calls && !calls.isEmpty()) {
            var read = new ArrayList<Object>();
            for (var call : calls) {
                read.add(call(map(call)));
            }
            message.put("tool_calls", read);
        }
        var reasoning = given.get("reasoning") instanceof String said ? said : given.get("reasoning_content");
        if (reasoning instanceof String said) {
            message.put("reasoning", said);
            message.put("reasoning_content", said);
        }
    }

    private static Map<String, Object> call(Map<String, Object> given) throws Untokenizable {
        var call = new LinkedHashMap<>(given);
        var function = new LinkedHashMap<>(map(given.getOrDefault("function", None.NONE)));
        function.put("arguments", arguments(function.getOrDefault("arguments", None.NONE)));
        call.put("function", function);
        return call;
    }

    private static Object arguments(Object given) throws Untokenizable {
        if (given instanceof Map) {
            return given;
        }
        if (given == None.NONE || given.equals("")) {
            return Map.of();
        }
        try {
            if (given instanceof String text && JsonValues.of(JSON.readTree(text)) instanceof Map<?, ?> arguments) {
                return arguments;
            }
        } catch (JsonProcessingException e) {
            throw unsupported();
        }
        throw unsupported();
    }

    /** The tools with the fields of a function in vLLM's order, and its own defaults. */
    static Object tools(Object given) throws Untokenizable {
        if (given == None.NONE) {
            return given;
        }
        var tools = new ArrayList<Object>();
        for (var each : list(given)) {
            var tool = map(each);
            var function = map(tool.getOrDefault("function", None.NONE));
            var ordered = new LinkedHashMap<String, Object>();
            ordered.put("name", function.getOrDefault("name", None.NONE));
            ordered.put("description", function.getOrDefault("description", None.NONE));
            ordered.put("parameters", function.getOrDefault("parameters", None.NONE));
            ordered.putAll(function);
            var read = new LinkedHashMap<String, Object>();
            read.put("type", tool.getOrDefault("type", "function"));
            read.put("function", ordered);
            tool.forEach(read::putIfAbsent);
            tools.add(read);
        }
        return tools;
    }

    private static void copy(String field, Map<String, Object> from, Map<String, Object> to) {
        if (from.containsKey(field)) {
            to.put(field, from.getOrDefault(field, None.NONE));
        }
    }

    private static List<?> list(Object value) throws Untokenizable {
        if (value instanceof List<?> list) {
            return list;
        }
        throw unsupported();
    }

    @SuppressWarnings("unchecked") // JSON's objects have texts for keys
    private static Map<String, Object> map(Object value) throws Untokenizable {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw unsupported();
    }

    private static Untokenizable unsupported() {
        return new Untokenizable(Untokenizable.Why.UNSUPPORTED);
    }
}
