package dev.kvcachepool.bench.report;

import java.util.Locale;

/** How numbers are written in tables: three digits that count, or thousandths. */
public final class Figure {
    private Figure() {}

    /** A dash for what was not measured. */
    public static String of(double number) {
        if (!Double.isFinite(number)) {
            return "–";
        }
        double size = Math.abs(number);
        int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 || size == 0 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + digits + "f", number);
    }

    /** Bytes as Kubernetes writes them, without the B: {@code 256Ki}. */
    public static String size(long bytes) {
        if (bytes % (1L << 30) == 0) {
            return (bytes >> 30) + "Gi";
        }
        if (bytes % (1L << 20) == 0) {
            return (bytes >> 20) + "Mi";
        }
        return bytes % (1L << 10) == 0 ? (bytes >> 10) + "Ki" : "" + bytes;
    }
}
