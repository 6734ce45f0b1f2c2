package dev.kvcachepool.operator.status;

import io.fabric8.kubernetes.api.model.Quantity;

/** Numbers of bytes as quantities for people. */
final class Bytes {
    private static final String[] UNITS = {"", "Ki", "Mi", "Gi"};
    private static final int KIBI_BITS = 10;
    private static final int MEBI_BITS = 20;
    private static final long GIBI = 1L << 30;

    private Bytes() {}

    /** In the greatest unit, up to Gi, in which it is a whole number. */
    static String text(long bytes) {
        long number = bytes;
        int unit = 0;
        while (number != 0 && unit < UNITS.length - 1 && (number & (1 << KIBI_BITS) - 1) == 0) {
            number >>= KIBI_BITS;
            unit++;
        }
        return number + UNITS[unit];
    }

    /** Rounded down to whole Mi from 1 Gi on. */
    static String roughly(long bytes) {
        return text(bytes < GIBI ? bytes : bytes >> MEBI_BITS << MEBI_BITS);
    }

    /** The number that {@link #text} wrote. */
    static long of(String text) {
        return Quantity.getAmountInBytes(Quantity.parse(text)).longValueExact();
    }
}
