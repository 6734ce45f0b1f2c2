package dev.kvcachepool.cachenode.lifecycle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process was started as, and the folder in which its pod says what it shall be now. A form is the hash of its settings, a
 * point, and a hash of what else is read once, at the start; this side compares and understands no more of it.
 *
 * @param form that the pod asked for when the container was started
 * @param settings the hash of those that the container was started with: newer than {@code form} where a node crashed before it was
 *     its turn to have them, older where they came late
 * @param folder with the files {@code wanted}, the pod's form now, and {@code offered}, the hash of the settings that a container which is
 *     started now would have
 */
public record PodForm(String form, String settings, Path folder) {
    private static final int MAX_BYTES = 256;

    /** What the two files say. */
    record Now(String wanted, String offered) {}

    /**
     * Reads the files.
     *
     * @throws IOException if one can't be read now
     */
    Now read() throws IOException {
        return new Now(text("wanted"), text("offered"));
    }

    private String text(String file) throws IOException {
        try (var in = Files.newInputStream(folder.resolve(file))) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip();
        }
    }

    /**
     * Whether a new process is to take this one's place: its pod asks for another form, or has asked already while the settings for it
     * had not come yet; and they are there now.
     */
    boolean isToEnd(Now now) {
        return !now.offered.isEmpty()
                && now.wanted.startsWith(now.offered + ".")
                && !(now.wanted.equals(form) && now.offered.equals(settings));
    }
}
