package dev.kvcachepool.bench.limit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a JVM writes with {@code -Xlog:gc,gc+phases,safepoint}, from where it {@link #begin}s. The serial
 * collector and ZGC; the latter tells its pauses among its phases. */
final class PauseLog {
    private static final Pattern COLLECTION = Pattern.compile("GC\\(\\d+\\) (?:.: )?Pause .* ([0-9.]+)ms");
    private static final Pattern SAFEPOINT = Pattern.compile("Safepoint .* Total: (\\d+) ns");
    private final Path file;
    private int from;

    PauseLog(Path file) {
        this.file = file;
    }

    /** The flag that makes a JVM write it. */
    String flag() {
        return "-Xlog:gc,gc+phases,safepoint:file=" + file + ":uptime:filecount=0";
    }

    /** What was written before does not count: a start is no load. */
    void begin() throws IOException {
        from = (int) Files.size(file);
    }

    /** Milliseconds that threads stood still at most, since it began. */
    Pauses longest() throws IOException {
        var bytes = Files.readAllBytes(file);
        return parse(new String(Arrays.copyOfRange(bytes, from, bytes.length), StandardCharsets.UTF_8));
    }

    static Pauses parse(String log) {
        return new Pauses(longest(COLLECTION, log), longest(SAFEPOINT, log) / 1e6);
    }

    private static double longest(Pattern pattern, String log) {
        return pattern.matcher(log)
                .results()
                .map(MatchResult::group)
                .mapToDouble(line -> number(pattern, line))
                .max()
                .orElse(0);
    }

    private static double number(Pattern pattern, String line) {
        var match = pattern.matcher(line);
        return match.find() ? Double.parseDouble(match.group(1)) : 0;
    }

    /** In milliseconds; a safepoint may be a collection, or anything else for which all threads stop. */
    record Pauses(double collection, double safepoint) {}
}
