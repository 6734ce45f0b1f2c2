package dev.kvcachepool.bench.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What a program answers that ends by itself. */
final class Said {
    private Said() {}

    /** All that it wrote, to whichever stream. */
    static String by(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var output = process.getInputStream()) {
            var text = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
            process.waitFor();
            return text;
        }
    }

    /** The first group of the first match, or the whole text. */
    static String by(Pattern wanted, String... command) throws IOException, InterruptedException {
        var text = by(command);
        var match = wanted.matcher(text);
        return match.find() ? match.group(1) : text;
    }
}
