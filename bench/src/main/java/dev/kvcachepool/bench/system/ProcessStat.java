package dev.kvcachepool.bench.system;

import java.util.List;

/** A line of {@code /proc/<pid>/stat}. */
record ProcessStat(long userTicks, long systemTicks) {
    private static final int USER_TIME = 11;

    /** The program's name may hold blanks and brackets: what counts stands behind the last one. */
    static ProcessStat parse(String line) {
        int end = line.lastIndexOf(')');
        if (end < 0) {
            throw new IllegalArgumentException("not a line of /proc/<pid>/stat: " + line);
        }
        var fields = List.of(line.substring(end + 1).strip().split(" ", -1));
        return new ProcessStat(Long.parseLong(fields.get(USER_TIME)), Long.parseLong(fields.get(USER_TIME + 1)));
    }

    /** CPU seconds; Linux counts in hundredths for every program that asks. */
    double cpuSeconds() {
        return (userTicks + systemTicks) / 100.0;
    }
}
