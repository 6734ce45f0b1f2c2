package dev.kvcachepool.cachenode.tenant;

import dev.kvcachepool.commandline.secret.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** A file of cache salts, one a line; an empty file names none. What is wrong is said by line, never with what stands there. */
final class SaltsFile {
    /** Of the whole file. */
    static final int MAX_BYTES = 1 << 20;

    static final int MAX_SALTS = 1024;
    private static final int MAX_SALT_BYTES = 512;

    private SaltsFile() {}

    /**
     * What {@code content} says.
     *
     * @throws IllegalArgumentException with what is wrong, to be said after the file's name
     */
    static Set<String> parse(byte[] content) {
        var lines = Utf8.text(content).lines().toList();
        if (lines.size() > MAX_SALTS) {
            throw new IllegalArgumentException(
                    "has " + lines.size() + " lines; allowed are " + MAX_SALTS + " cache salts, one a line");
        }
        var salts = new HashSet<String>();
        for (int i = 0; i < lines.size(); i++) {
            var salt = lines.get(i);
            int bytes = salt.getBytes(StandardCharsets.UTF_8).length;
            if (bytes < 1 || bytes > MAX_SALT_BYTES) {
                throw new IllegalArgumentException("is wrong in line " + (i + 1) + ": a cache salt of " + bytes
                        + " bytes; allowed are 1 to " + MAX_SALT_BYTES);
            }
            if (!salts.add(salt)) {
                throw new IllegalArgumentException("is wrong in line " + (i + 1) + ": the salt is there already");
            }
        }
        return Set.copyOf(salts);
    }
}
