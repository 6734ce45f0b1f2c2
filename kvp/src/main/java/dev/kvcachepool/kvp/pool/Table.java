package dev.kvcachepool.kvp.pool;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows under a head, each column as wide as its widest word. */
final class Table {
    private static final String GAP = "   ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... head) {
        rows.add(List.of(head));
    }

    /** As many words as the head has; an empty one shows as a dash. */
    void row(String... words) {
        rows.add(
                List.of(words).stream().map(word -> word.isEmpty() ? "-" : word).toList());
    }

    boolean isEmpty() {
        return rows.size() == 1;
    }

    void print(PrintWriter out) {
        var widths = new int[rows.getFirst().size()];
        for (var row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        for (var row : rows) {
            var line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                var word = row.get(column);
                line.append(column == 0 ? "" : GAP).append(word);
                line.repeat(' ', widths[column] - word.length());
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
