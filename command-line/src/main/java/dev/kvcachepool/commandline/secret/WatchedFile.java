package dev.kvcachepool.commandline.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * What a small file says, or a few that only make sense together. It is read anew when its content has changed, however that came about: a mounted Secret changes
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

    private final List<Source> sources;
    private final Function<List<byte[]>, T> reader;
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
        this(List.of(new Source(flag, path, maxBytes)), contents -> reader.apply(contents.getFirst()));
    }

    /**
     * Reads files that change together: of a Secret, say. While they change, what is there of both is not taken for wrong.
     *
     * @param reader of the contents in the order of {@code sources}; throws what {@link Source#wrong} makes
     * @throws IllegalArgumentException with a line for the user
     */
    public WatchedFile(List<Source> sources, Function<List<byte[]>, T> reader) {
        this.sources = List.copyOf(sources);
        this.reader = reader;
        var contents = contents();
        this.held = digest(contents);
        this.value = read(contents);
    }

    /**
     * A file, and the flag that named it.
     *
     * @param maxBytes of it
     */
    public record Source(String flag, Path path, int maxBytes) {

        /** What is wrong with it, to be said after its name. Without a cause: those of parsers show what they read. */
        public IllegalArgumentException wrong(String what) {
            return new Told("Invalid value for option '%s': '%s' %s".formatted(flag, path, what));
        }
    }

    /** What names its file already. */
    private static final class Told extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        Told(String message) {
            super(message);
        }
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

    /** The flag that named the file, the first of several. */
    public String flag() {
        return sources.getFirst().flag();
    }

    /** Looks whether the file has changed. */
    public synchronized Look look() {
        try {
            var contents = contents();
            var digest = digest(contents);
            if (Arrays.equals(digest, held)) {
                problem = "";
                return Look.SAME;
            }
            if (Arrays.equals(digest, wrong) || isChanging(digest)) {
                return Look.SAME;
            }
            wrong = digest;
            value = read(contents);
            held = digest;
            problem = "";
            applied.incrementAndGet();
            return Look.APPLIED;
        } catch (IllegalArgumentException e) {
            return refuse(String.valueOf(e.getMessage()));
        }
    }

    /** Whether the files are being replaced right now, so that some were read before and some after: the next look sees. */
    private boolean isChanging(byte[] digest) {
        return sources.size() > 1 && !Arrays.equals(digest, digest(contents()));
    }

    private Look refuse(String why) {
        if (why.equals(problem)) {
            return Look.SAME;
        }
        problem = why;
        refused.incrementAndGet();
        return Look.REFUSED;
    }

    private T read(List<byte[]> contents) {
        try {
            return reader.apply(contents);
        } catch (Told e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw sources.getFirst().wrong(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // A parser's own mistake: it must not end the watch, and its message may show what it read.
            throw sources.getFirst().wrong("is not understood");
        }
    }

    private List<byte[]> contents() {
        var contents = new ArrayList<byte[]>(sources.size());
        for (var source : sources) {
            contents.add(content(source));
        }
        return contents;
    }

    private static byte[] content(Source source) {
        if (Files.exists(source.path()) && !Files.isRegularFile(source.path())) {
            throw source.wrong("is no regular file");
        }
        try (var input = Files.newInputStream(source.path())) {
            var content = input.readNBytes(source.maxBytes() + 1);
            if (content.length > source.maxBytes()) {
                throw source.wrong("is too long; allowed are " + source.maxBytes() + " bytes");
            }
            return content;
        } catch (IOException e) {
            throw source.wrong("cannot be read");
        }
    }

    /** Of the digests of each. */
    private static byte[] digest(List<byte[]> contents) {
        var each = new byte[contents.size() * Sha256.BYTES];
        for (int i = 0; i < contents.size(); i++) {
            System.arraycopy(Sha256.of(contents.get(i)), 0, each, i * Sha256.BYTES, Sha256.BYTES);
        }
        return Sha256.of(each);
    }

    @Override
    public String toString() {
        return "WatchedFile[" + sources.getFirst().path() + "]";
    }
}
