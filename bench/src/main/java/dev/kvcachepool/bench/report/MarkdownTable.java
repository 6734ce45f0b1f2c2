package dev.kvcachepool.bench.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A table as Markdown, its columns aligned so that it reads well on a terminal too. */
public final class MarkdownTable {
    private final List<List<String>> rows = new ArrayList<>();

    public MarkdownTable(String... head) {
        rows.add(List.of(head));
    }

    /** As many cells as the head has. */
    public MarkdownTable row(List<String> cells) {
        if (cells.size() != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    cells.size() + " cells in a table of " + rows.getFirst().size());
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    /** As many cells as the head has. */
    public MarkdownTable row(String... cells) {
        return row(List.of(cells));
    }

    /** All lines, each with its end. */
    public String text() {
        var widths = new ArrayList<Integer>();
        for (int column = 0; column < rows.getFirst().size(); column++) {
            int at = column;
            widths.add(rows.stream().mapToInt(row -> row.get(at).length()).max().orElse(0));
        }
        var text = new StringBuilder(line(rows.getFirst(), widths));
        text.append("|");
        widths.forEach(width -> text.append("-".repeat(width + 2)).append('|'));
        text.append('\n');
        rows.stream().skip(1).forEach(row -> text.append(line(row, widths)));
        return text.toString();
    }

    private static String line(List<String> cells, List<Integer> widths) {
        var line = new StringBuilder("|");
        for (int i = 0; i < cells.size(); i++) {
            int pad = widths.get(i) - cells.get(i).length();
            line.append(' ')
                    .append(cells.get(i))
                    .append(String.join("", Collections.nCopies(pad, " ")))
                    .append(" |");
        }
        return line.append('\n').toString();
    }
}
