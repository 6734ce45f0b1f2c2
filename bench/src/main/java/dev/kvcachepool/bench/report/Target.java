package dev.kvcachepool.bench.report;

import java.util.List;

/** A figure beside what it should be: at least, or at most, the bound. */
public record Target(String what, double measured, Bound bound, double value) {
    /** Which side is good. */
    public enum Bound {
        AT_LEAST("≥ "),
        AT_MOST("≤ ");

        private final String sign;

        Bound(String sign) {
            this.sign = sign;
        }
    }

    /** Never for what was not measured. */
    public boolean met() {
        return bound == Bound.AT_LEAST ? measured >= value : measured <= value;
    }

    /** A table of all that were measured, ending in a line that counts. */
    public static String table(List<Target> targets) {
        var measured = targets.stream()
                .filter(target -> Double.isFinite(target.measured))
                .toList();
        var table = new MarkdownTable("target", "measured", "should be", "");
        for (var target : measured) {
            table.row(
                    target.what,
                    Figure.of(target.measured),
                    target.bound.sign + Figure.of(target.value),
                    target.met() ? "met" : "**missed**");
        }
        long met = measured.stream().filter(Target::met).count();
        return table.text() + "\n" + met + " of " + measured.size() + " met.\n";
    }
}
