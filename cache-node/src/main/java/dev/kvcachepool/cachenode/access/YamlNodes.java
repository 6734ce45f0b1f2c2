package dev.kvcachepool.cachenode.access;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * YAML of plain mappings, lists and text, read strictly. What is wrong is said with its line and its kind; the parser's own
 * messages are not passed on, as they show what stands there.
 */
final class YamlNodes {
    /** Deeper than any file that is right. */
    private static final int MAX_DEPTH = 6;

    private YamlNodes() {}

    /** The one document of {@code text}. */
    static Node root(String text) {
        var settings = LoadSettings.builder().setSchema(new FailsafeSchema()).build();
        try {
            // Before anything is built of it: that goes as deep as the nesting.
            requirePlain(new Parse(settings).parseString(text));
            return new Compose(settings)
                    .composeString(text)
                    .orElseThrow(() -> new IllegalArgumentException("is empty; allowed is a mapping with users"));
        } catch (MarkedYamlEngineException e) {
            throw unreadable(e.getProblemMark());
        } catch (YamlEngineException e) {
            throw unreadable(Optional.empty());
        }
    }

    /** Without a cause, whose message shows the file. */
    private static IllegalArgumentException unreadable(Optional<Mark> at) {
        return new IllegalArgumentException(
                at.map(mark -> "is wrong in line " + (mark.getLine() + 1) + ": no YAML, or more than one document")
                        .orElse("is no YAML"));
    }

    private static void requirePlain(Iterable<Event> events) {
        int depth = 0;
        for (var event : events) {
            if (event instanceof AliasEvent
                    || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
                throw wrong(event.getStartMark(), "anchors and aliases are not allowed");
            }
            if (hasTag(event)) {
                throw wrong(event.getStartMark(), "tags are not allowed");
            }
            if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                throw wrong(event.getStartMark(), "nested more than " + MAX_DEPTH + " deep");
            }
            if (event instanceof CollectionEndEvent) {
                depth--;
            }
        }
    }

    private static boolean hasTag(Event event) {
        return switch (event) {
            case ScalarEvent scalar -> scalar.getTag().isPresent();
            case CollectionStartEvent collection -> collection.getTag().isPresent();
            default -> false;
        };
    }

    /** The fields of a mapping, which has no others than those {@code allowed}, each once. */
    static Map<String, Node> fields(Node node, String what, Set<String> allowed) {
        var names = String.join(", ", allowed.stream().sorted().toList());
        if (!(node instanceof MappingNode mapping)) {
            throw wrong(node, what + " is " + kind(node) + "; allowed is a mapping with " + names);
        }
        var fields = new LinkedHashMap<String, Node>();
        for (var field : mapping.getValue()) {
            var key = field.getKeyNode();
            if (!(key instanceof ScalarNode name) || !allowed.contains(name.getValue())) {
                throw wrong(key, what + " has a field that is not known; allowed are " + names);
            }
            if (fields.put(name.getValue(), field.getValueNode()) != null) {
                throw wrong(key, what + " has " + name.getValue() + " twice; allowed is once");
            }
        }
        return fields;
    }

    /** The items of a list. */
    static List<Node> list(Node node, String field, int least, int most) {
        if (!(node instanceof SequenceNode list)) {
            throw wrong(node, field + " is " + kind(node) + "; allowed is a list of " + least + " to " + most);
        }
        int size = list.getValue().size();
        if (size < least || size > most) {
            throw wrong(node, field + " is a list of " + size + "; allowed are " + least + " to " + most);
        }
        return new ArrayList<>(list.getValue());
    }

    /** Text of so many bytes in UTF-8. */
    static String text(Node node, String field, int shortest, int longest) {
        var allowed = longest == Integer.MAX_VALUE ? "" : " of " + shortest + " to " + longest + " bytes";
        if (!(node instanceof ScalarNode scalar)) {
            throw wrong(node, field + " is " + kind(node) + "; allowed is text" + allowed);
        }
        int bytes = scalar.getValue().getBytes(StandardCharsets.UTF_8).length;
        if (bytes < shortest || bytes > longest) {
            throw wrong(node, field + " is text of " + bytes + " bytes; allowed is text" + allowed);
        }
        return scalar.getValue();
    }

    private static String kind(Node node) {
        return switch (node) {
            case MappingNode _ -> "a mapping";
            case SequenceNode _ -> "a list";
            default -> "text";
        };
    }

    /** What is to be said after the file's name. */
    static IllegalArgumentException wrong(Node at, String what) {
        return wrong(at.getStartMark(), what);
    }

    private static IllegalArgumentException wrong(Optional<Mark> at, String what) {
        var line = at.map(mark -> " in line " + (mark.getLine() + 1)).orElse("");
        return new IllegalArgumentException("is wrong" + line + ": " + what);
    }
}
