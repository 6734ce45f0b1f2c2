package dev.kvcachepool.bench.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What figures were measured on. */
public record Machine(int cores, String processor, long memoryBytes, String kernel, String java) {
    /** This one. */
    public static Machine here() throws IOException {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                field("/proc/cpuinfo", "model name"),
                Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("[^0-9]", "")) << 10,
                Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip(),
                Runtime.version().toString());
    }

    /** For people. */
    public String inWords() {
        return "%d cores, %s, %.0f GiB, Linux %s, Java %s"
                .formatted(cores, processor, memoryBytes / (double) (1L << 30), kernel, java);
    }

    private static String field(String file, String name) throws IOException {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("0");
        }
    }
}
