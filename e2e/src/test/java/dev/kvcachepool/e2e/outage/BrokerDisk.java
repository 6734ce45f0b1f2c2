package dev.kvcachepool.e2e.outage;

import dev.kvcachepool.e2e.Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** The logs of the blocks topic as files, to be saved and put back while the broker is down: a disk that lost writes. */
final class BrokerDisk {
    private final Scene scene;
    private final Path saved = Fixture.work("outage-disk");

    BrokerDisk(Scene scene) {
        this.scene = scene;
    }

    void save() throws IOException {
        for (var log : logs(scene.brokerFolder())) {
            copy(log, saved.resolve(log.getFileName().toString()));
        }
    }

    void restore() throws IOException {
        for (var log : logs(scene.brokerFolder())) {
            delete(log);
        }
        for (var log : logs(saved)) {
            copy(log, scene.brokerFolder().resolve(log.getFileName().toString()));
        }
    }

    private List<Path> logs(Path folder) throws IOException {
        try (var entries = Files.list(folder)) {
            return entries.filter(entry -> entry.getFileName()
                            .toString()
                            .startsWith(scene.topics().blocks() + "-"))
                    .toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
