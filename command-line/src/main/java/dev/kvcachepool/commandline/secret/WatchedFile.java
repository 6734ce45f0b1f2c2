package dev.kvcachepool.commandline.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * What a small file says. It is read anew when its content has changed, however that came about: a mounted Secret changes
 * behind a link, with times that may be older. What is wrong is refused as a whole, and what held before goes on.
 * Thread-safe. Errors name flag, file and what the reader says of the content, never the content.
 *
 * @param <T> immutable
 */
public final class WatchedFile<T> {
    /** What came of a look. */
    public enum Look {
        SAME,
        APPLIED,
        REFUSED
    }

    private final String flag;
    private final Path path;
    private final int maxBytes;
    private final Function<byte[], T> reader;
    private final AtomicLong applied = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile T value;
    private volatile String problem = "";
    /** Digest of the content that holds. */
    private byte[] held;
    /** Digest of the content that was refused last, empty before. */
    private byte[] wrong = new byte[0];

    /**
     * Reads it.
     *
     * @param flag that named the file
     * @param reader throws IllegalArgumentException with what is wrong, to be said after the file's name
     * @throws IllegalArgumentException with a line for the user
     */
    public WatchedFile(String flag, Path path, int maxBytes, Function<byte[], T> reader) {
        this.flag = flag;
        this.path = path;
        this.maxBytes = maxBytes;
        this.reader = reader;
        var content = content();
        this.held = Sha256.of(content);
        this.value = read(content);
    }

    /** What holds now. */
    public T value() {
        return value;
    }

    /** How often a changed file was taken. */
    public long applied() {
        return applied.get();
    }

    /** How often a changed file was refused: once for each content, and once for not being readable. */
    public long refused() {
        return refused.get();
    }

    /** What is wrong with the file that is there now; empty when nothing is. */
    public String problem() {
        return problem;
    }

    /** The flag that named the file. */
    public String flag() {
        return flag;
    }

    /** Looks whether the file has changed. */
    public synchronized Look look() {
        try {
            var content = content();
            var digest = Sha256.of(content);
            if (Arrays.equals(digest, held)) {
                problem = "";
                return Look.SAME;
            }
            if (Arrays.equals(digest, wrong)) {
                return Look.SAME;
            }
            wrong = digest;
            value = read(content);
            held = digest;
            problem = "";
            applied.incrementAndGet();
            return Look.APPLIED;
        } catch (IllegalArgumentException e) {
            return refuse(String.valueOf(e.getMessage()));
        }
    }

    private Look refuse(String why) {
        if (why.equals(problem)) {
            return Look.SAME;
        }
        problem = why;
        refused.incrementAndGet();
        return Look.REFUSED;
    }

    private T read(byte[] content) {
        try {
            return reader.apply(content);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // A parser's own mistake: it must not end the watch, and its message may show what it read.
            throw wrong("is not understood");
        }
    }

    private byte[] content() {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw wrong("is no regular file");
        }
        try (var input = Files.newInputStream(path)) {
            var content = input.readNBytes(maxBytes + 1);
            if (content.length > maxBytes) {
                throw wrong("is too long; allowed are " + maxBytes + " bytes");
            }
            return content;
        } catch (IOException e) {
            throw wrong("cannot be read");
        }
    }

    /** Without a cause: those of parsers show what they read. */
    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("Invalid value for option '%s': '%s' %s".formatted(flag, path, what));
    }

    @Override
    public String toString() {
        return "WatchedFile[" + path + "]";
    }
}
