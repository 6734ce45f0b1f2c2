package dev.kvcachepool.bench.flags;

import dev.kvcachepool.bench.load.Content;
import dev.kvcachepool.commandline.FlagTypes;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.ITypeConverter;

/** Bytes as Kubernetes writes them, within bounds. */
public final class Sizes {
    private Sizes() {}

    /** Several, parted by commas. */
    public static List<Long> of(String text) {
        var bytes = new FlagTypes.Bytes();
        return Arrays.stream(text.split(",", -1)).map(bytes::convert).toList();
    }

    private static long between(String value, long least, long most, String allowed) {
        long bytes = new FlagTypes.Bytes().convert(value);
        if (bytes < least || bytes > most) {
            throw FlagTypes.refuse(value, allowed);
        }
        return bytes;
    }

    /** Of a value. */
    public static final class Value implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            return between(value, 1 << 10, Content.MAX_VALUE_BYTES, "1Ki to 32Mi");
        }
    }

    /** Of the memory that values take. */
    public static final class Memory implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            return between(value, 64L << 20, 64L << 30, "64Mi to 64Gi");
        }
    }
}
