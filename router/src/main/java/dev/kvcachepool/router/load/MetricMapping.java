package dev.kvcachepool.router.load;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Reads {@code field=metric,field=metric{label="value",label=value},…}. A label's value may be quoted, as Prometheus writes it, or
 * bare, as the endpoint picker of the Gateway API's inference extension takes it. Mistakes are
 * {@link IllegalArgumentException}s that say where they are and what is allowed there.
 */
final class MetricMapping {
    private static final int MOST_NAME = 200;
    private static final int MOST_LABELS = 16;
    private static final int MOST_VALUE = 512;

    private final String text;
    private int at;

    private MetricMapping(String text) {
        this.text = text;
    }

    /** The metrics by their field, each of which is one of {@code fields} and there once at most. */
    static Map<String, MetricSelector> read(String text, Set<String> fields) {
        var mapping = new MetricMapping(text);
        var read = new HashMap<String, MetricSelector>();
        do {
            mapping.item(fields, read);
        } while (mapping.skip(','));
        if (mapping.at < text.length()) {
            throw mapping.mistake("',' or the end");
        }
        return read;
    }

    private void item(Set<String> fields, Map<String, MetricSelector> read) {
        skipBlanks();
        int start = at;
        var field = word(character -> (character >= 'a' && character <= 'z') || character == '-');
        if (!fields.contains(field) || read.containsKey(field)) {
            at = start;
            throw mistake(read.containsKey(field) ? "each field once" : "a field");
        }
        expect('=');
        read.put(field, selector());
    }

    private MetricSelector selector() {
        skipBlanks();
        var name = name(character -> character == ':', "a metric's name");
        var labels = new HashMap<String, String>();
        if (skip('{')) {
            do {
                label(labels);
            } while (skip(',') && !isNext('}'));
            expect('}');
        }
        return new MetricSelector(name, labels);
    }

    private void label(Map<String, String> labels) {
        skipBlanks();
        int start = at;
        var label = name(character -> false, "a label's name");
        if (labels.containsKey(label) || labels.size() == MOST_LABELS) {
            at = start;
            throw mistake("each label once, and " + MOST_LABELS + " of them at most");
        }
        expect('=');
        skipBlanks();
        labels.put(label, isNext('"') ? quoted() : bare());
    }

    /** Letters, digits, '_' and what else is allowed, no digit first. */
    private String name(IntPredicate more, String what) {
        int start = at;
        var name = word(
                character -> character == '_' || isLetter(character) || isDigit(character) || more.test(character));
        if (name.isEmpty() || isDigit(name.charAt(0)) || name.length() > MOST_NAME) {
            at = start;
            throw mistake(what + " of at most " + MOST_NAME + " characters");
        }
        return name;
    }

    private String bare() {
        int start = at;
        var value = word(character -> character > ' ' && ",{}\"=".indexOf(character) < 0);
        if (value.isEmpty() || value.length() > MOST_VALUE) {
            at = start;
            throw mistake("a label's value of at most " + MOST_VALUE + " characters, in quotes where it has blanks or"
                    + " one of ,{}\"=");
        }
        return value;
    }

    private String quoted() {
        int start = at++;
        var value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"' && value.length() <= MOST_VALUE) {
            char character = text.charAt(at++);
            if (character == '\\' && at < text.length()) {
                character = text.charAt(at++);
                character = character == 'n' ? '\n' : character;
            }
            value.append(character);
        }
        if (at == text.length() || value.length() > MOST_VALUE) {
            at = start;
            throw mistake("a label's value of at most " + MOST_VALUE + " characters with a quote after it");
        }
        at++;
        return value.toString();
    }

    private String word(IntPredicate allowed) {
        int start = at;
        while (at < text.length() && allowed.test(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private boolean isNext(char character) {
        skipBlanks();
        return at < text.length() && text.charAt(at) == character;
    }

    private boolean skip(char character) {
        boolean isNext = isNext(character);
        at += isNext ? 1 : 0;
        return isNext;
    }

    private void expect(char character) {
        if (!skip(character)) {
            throw mistake("'" + character + "'");
        }
    }

    private void skipBlanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private IllegalArgumentException mistake(String allowed) {
        var found = at < text.length() ? "'" + text.substring(at, Math.min(text.length(), at + 20)) + "'" : "the end";
        return new IllegalArgumentException("at character " + (at + 1) + " is " + found + "; allowed is " + allowed);
    }

    private static boolean isLetter(int character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
    }

    private static boolean isDigit(int character) {
        return character >= '0' && character <= '9';
    }
}
