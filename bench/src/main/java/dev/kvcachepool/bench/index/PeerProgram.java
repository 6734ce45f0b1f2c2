package dev.kvcachepool.bench.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The peers' program, in Rust: built where results go, from a folder that is left as it is. */
record PeerProgram(Path sources, Path build) {
    private static final String NAME = "bench-rs";

    /** Why it can't be had; empty where it can. */
    String missing() {
        if (!Files.exists(sources.resolve("Cargo.toml"))) {
            return "there is no " + sources.resolve("Cargo.toml") + "; --peers names another folder";
        }
        try {
            copySources();
            var process = new ProcessBuilder("cargo", "build", "--release", "--quiet")
                    .directory(build.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(build.resolve("build.log").toFile())
                    .start();
            return process.waitFor() == 0 ? "" : "it can't be built, see " + build.resolve("build.log");
        } catch (IOException e) {
            return "it can't be built: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private void copySources() throws IOException {
        try (var files = Files.walk(sources)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var copy = build.resolve(sources.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    List<String> command(String backend, int sessions, int queries) {
        return List.of(build.resolve("target/release/" + NAME).toString(), backend, "" + sessions, "" + queries);
    }
}
