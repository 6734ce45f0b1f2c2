package dev.kvcachepool.operator.watch;

import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Deflates and inflates texts, also by a dictionary: a text that is like the texts in it takes a third of what it takes alone. What was
 * deflated without one is inflated with one as well. One deflater for all, as each takes 260 KiB outside the heap, which as something
 * to be made and freed for each text leaves holes there. Thread-safe.
 */
final class Packer {
    /** Deflate looks back no further. */
    static final int LONGEST_DICTIONARY = 32 << 10;

    private static final int PIECE = 4 << 10;

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    private final byte[] piece = new byte[PIECE];

    synchronized byte[] pack(byte[] text, byte @Nullable [] dictionary) {
        if (dictionary != null) {
            deflater.setDictionary(dictionary);
        }
        deflater.setInput(text);
        deflater.finish();
        var packed = new ByteArrayOutputStream(PIECE);
        while (!deflater.finished()) {
            packed.write(piece, 0, deflater.deflate(piece));
        }
        deflater.reset();
        return packed.toByteArray();
    }

    /**
     * The text again.
     *
     * @param dictionary the one with which it was packed; any other, if it was packed without one
     */
    static byte[] unpack(byte[] packed, byte @Nullable [] dictionary) {
        var inflater = new Inflater();
        try {
            inflater.setInput(packed);
            var text = new ByteArrayOutputStream(PIECE);
            var piece = new byte[PIECE];
            while (!inflater.finished()) {
                var length = inflater.inflate(piece);
                if (length > 0) {
                    text.write(piece, 0, length);
                } else if (inflater.needsDictionary() && dictionary != null) {
                    inflater.setDictionary(dictionary);
                } else if (!inflater.finished()) {
                    throw new IllegalArgumentException(
                            "what is to be unpacked ends early, or its dictionary is missing");
                }
            }
            return text.toByteArray();
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("this was not packed here", e);
        } finally {
            inflater.end();
        }
    }
}
