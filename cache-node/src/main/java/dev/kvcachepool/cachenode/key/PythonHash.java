package dev.kvcachepool.cachenode.key;

import java.nio.ByteBuffer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Python's {@code format(number, 'x')}: lower case, not padded, with a sign where the number is negative. */
final class PythonHash {
    private static final Pattern FORM = Pattern.compile("0|-?[1-9a-f][0-9a-f]{0,15}");

    private PythonHash() {}

    /**
     * The number as 8 bytes, big-endian, in two's complement.
     *
     * @return null for text that Python would not have written, or a number outside −2^63 to 2^64−1
     */
    static @Nullable ChunkHash parse(String text) {
        if (!FORM.matcher(text).matches()) {
            return null;
        }
        boolean negative = text.charAt(0) == '-';
        long magnitude = Long.parseUnsignedLong(negative ? text.substring(1) : text, 16);
        if (negative && Long.compareUnsigned(magnitude, Long.MIN_VALUE) > 0) {
            return null;
        }
        long number = negative ? -magnitude : magnitude;
        return ChunkHash.of(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }
}
