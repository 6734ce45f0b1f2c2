package dev.kvcachepool.commandline.secret;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * What cache-nodes and routers of a pool show one another: a file with 1 to {@link #MOST} passwords, one a line. Each of
 * them lets in; the first is presented first. So the password is changed by a file with the new one in front of the old
 * one, and once everyone has read it a file with the new one only: at no moment are there two programs that refuse one
 * another. Thread-safe.
 */
public final class PoolPasswords implements NodeLogin {
    /** The flag that names the file. */
    public static final String FLAG = "--pool-password-file";

    /** Who logs in with it. */
    public static final String USER = "kvcachepool";

    /** Passwords in one file. */
    public static final int MOST = 8;

    /** Bytes of the shortest password. */
    public static final int SHORTEST = 8;

    /** Bytes of the longest password. */
    public static final int LONGEST = 512;

    private static final int MAX_FILE = 16 << 10;

    private final WatchedFile<List<String>> file;

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    public PoolPasswords(Path path) {
        this.file = new WatchedFile<>(FLAG, path, MAX_FILE, PoolPasswords::parse);
    }

    /** To be watched. */
    public WatchedFile<List<String>> file() {
        return file;
    }

    /** Those that hold now. */
    public List<String> passwords() {
        return file.value();
    }

    @Override
    public List<List<String>> attempts() {
        return passwords().stream().map(password -> List.of(USER, password)).toList();
    }

    private static List<String> parse(byte[] content) {
        var text = Utf8.text(content);
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        if (end == 0) {
            throw new IllegalArgumentException("is empty; allowed are 1 to " + MOST + " passwords, one a line");
        }
        var lines = List.of(text.substring(0, end).split("\r?\n", -1));
        if (lines.size() > MOST) {
            throw new IllegalArgumentException(
                    "has " + lines.size() + " lines; allowed are 1 to " + MOST + " passwords, one a line");
        }
        for (int i = 0; i < lines.size(); i++) {
            int bytes = lines.get(i).getBytes(StandardCharsets.UTF_8).length;
            if (bytes < SHORTEST || bytes > LONGEST) {
                throw new IllegalArgumentException("is wrong in line " + (i + 1) + ": a password of " + bytes
                        + " bytes; allowed are " + SHORTEST + " to " + LONGEST);
            }
        }
        return lines;
    }

    @Override
    public String toString() {
        return "PoolPasswords[" + passwords().size() + "]";
    }
}
