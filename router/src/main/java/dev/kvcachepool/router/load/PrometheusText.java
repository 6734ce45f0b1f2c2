package dev.kvcachepool.router.load;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads Prometheus' text format (0.0.4), and OpenMetrics as far as samples go. Lines that cannot be read are left out, as
 * those of names that nobody asked for. Pure; never longer at it than the text is long.
 */
final class PrometheusText {
    private final String line;
    private int at;

    private PrometheusText(String line) {
        this.line = line;
    }

    /** The samples of {@code wanted} names, in the order of the text. */
    static List<Sample> read(String text, Set<String> wanted) {
        var samples = new ArrayList<Sample>();
        text.lines().forEach(line -> {
            var name = name(line);
            if (wanted.contains(name)) {
                try {
                    samples.add(new PrometheusText(line).sample(name));
                } catch (IllegalArgumentException | StringIndexOutOfBoundsException unreadable) {
                    return;
                }
            }
        });
        return samples;
    }

    private static String name(String line) {
        int end = 0;
        while (end < line.length() && line.charAt(end) != '{' && line.charAt(end) > ' ') {
            end++;
        }
        return line.substring(0, end);
    }

    private Sample sample(String name) {
        at = name.length();
        skipBlanks();
        var labels = line.charAt(at) == '{' ? labels() : Map.<String, String>of();
        skipBlanks();
        int end = at;
        while (end < line.length() && line.charAt(end) > ' ') {
            end++;
        }
        return new Sample(name, labels, value(line.substring(at, end)));
    }

    private Map<String, String> labels() {
        var labels = new HashMap<String, String>();
        at++;
        for (skipBlanks(); line.charAt(at) != '}'; skipBlanks()) {
            int equals = line.indexOf('=', at);
            var label = line.substring(at, equals).strip();
            at = equals + 1;
            skipBlanks();
            labels.put(label, quoted());
            skipBlanks();
            if (line.charAt(at) == ',') {
                at++;
            }
        }
        at++;
        return labels;
    }

    private String quoted() {
        if (line.charAt(at++) != '"') {
            throw new IllegalArgumentException("a label's value is quoted");
        }
        var text = new StringBuilder();
        for (; line.charAt(at) != '"'; at++) {
            if (line.charAt(at) != '\\') {
                text.append(line.charAt(at));
            } else {
                at++;
                text.append(line.charAt(at) == 'n' ? '\n' : line.charAt(at));
            }
        }
        at++;
        return text.toString();
    }

    private void skipBlanks() {
        while (line.charAt(at) == ' ' || line.charAt(at) == '\t') {
            at++;
        }
    }

    private static double value(String text) {
        return switch (text) {
            case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }
}
