package dev.kvcachepool.commandline.secret;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text of files that people write. */
public final class Utf8 {
    private Utf8() {}

    /**
     * What {@code content} says.
     *
     * @throws IllegalArgumentException where it is no text, to be said after the file's name
     */
    public static String text(byte[] content) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("is no text in UTF-8", e);
        }
    }
}
