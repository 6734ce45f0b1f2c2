package dev.kvcachepool.bench.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many threads wanted a core over the last 1, 5 and 15 minutes, the bench's own included. */
public record LoadAverage(double one, double five, double fifteen) {
    /** Of now. */
    public static LoadAverage now() throws IOException {
        return parse(Files.readString(Path.of("/proc/loadavg")));
    }

    static LoadAverage parse(String line) {
        var words = line.strip().split(" ", -1);
        return new LoadAverage(
                Double.parseDouble(words[0]), Double.parseDouble(words[1]), Double.parseDouble(words[2]));
    }
}
