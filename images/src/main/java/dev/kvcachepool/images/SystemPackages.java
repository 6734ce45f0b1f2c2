package dev.kvcachepool.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;

/** Which of this machine's Debian packages have files that go into images. */
final class SystemPackages {
    private static final Path RELEASE = Path.of("/etc/os-release");

    private SystemPackages() {}

    /**
     * An installed package.
     *
     * @param name as dpkg has it, without an architecture
     * @param purl its package URL
     */
    record Installed(String name, String version, String purl) {}

    /**
     * The packages, by name.
     *
     * @throws IOException if a file is no package's, or this is no machine of Debian's kind
     */
    static List<Installed> of(Collection<Path> files) throws IOException {
        var found = new TreeMap<String, Installed>();
        for (var file : files) {
            var owner = owner(file);
            if (!found.containsKey(owner)) {
                found.put(owner, describe(owner));
            }
        }
        return List.copyOf(found.values());
    }

    /** Where {@code /lib} leads to {@code /usr/lib}, dpkg knows some files under one of the names, some under the other. */
    private static String owner(Path file) throws IOException {
        var real = file.toRealPath();
        var otherwise =
                real.startsWith("/usr") ? Path.of("/").resolve(Path.of("/usr").relativize(real)) : real;
        for (var name : List.of(file, real, otherwise)) {
            try {
                return Command.run(List.of("dpkg-query", "-S", name.toString()))
                        .lines()
                        .filter(line -> !line.startsWith("diversion "))
                        .findFirst()
                        .orElseThrow(() -> new IOException("dpkg-query says nothing of " + name))
                        .split(": ", 2)[0];
            } catch (IOException e) {
                if (!String.valueOf(e.getMessage()).contains("no path found matching")) {
                    throw e;
                }
            }
        }
        throw new IOException(file + " belongs to no package of this machine");
    }

    private static Installed describe(String owner) throws IOException {
        var words = Command.run(List.of("dpkg-query", "-W", "-f", "${Package} ${Version} ${Architecture}", owner))
                .strip()
                .split(" ", 3);
        var system = new Properties();
        try (var release = Files.newBufferedReader(RELEASE)) {
            system.load(release);
        }
        var id = unquoted(system.getProperty("ID", "debian"));
        return new Installed(
                words[0],
                words[1],
                "pkg:deb/" + id + "/" + words[0] + "@"
                        + words[1].replace(":", "%3A").replace("+", "%2B") + "?arch=" + words[2] + "&distro=" + id + "-"
                        + unquoted(system.getProperty("VERSION_ID", "")));
    }

    private static String unquoted(String text) {
        return text.replace("\"", "");
    }
}
