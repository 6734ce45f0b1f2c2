package dev.kvcachepool.bench.disk;

import dev.kvcachepool.bench.load.Content;
import dev.kvcachepool.bench.servers.CacheNode;
import dev.kvcachepool.bench.servers.Room;
import dev.kvcachepool.bench.servers.Workplace;
import dev.kvcachepool.bench.system.LoadAverage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** For each size a fresh cache-node; in each round the node and fio write and read the same amount, one after the other. */
final class DiskRun {
    /** Disk of a node, beside what is measured: what pushes it out of memory, and segments that wait to be written anew. */
    private static final int DISK = 4;

    private final DiskSettings settings;
    private final Path root;
    private final Path parent;
    private final Content content;
    private final SequencedMap<DiskCell, List<DiskSample>> results = new LinkedHashMap<>();
    private final List<LoadAverage> loads = new ArrayList<>();

    /** {@code parent}: a folder on the disk that is to be measured. */
    DiskRun(DiskSettings settings, Path root, Path parent, Content content) {
        this.settings = settings;
        this.root = root;
        this.parent = parent;
        this.content = content;
    }

    void run() throws IOException, InterruptedException {
        for (long size : settings.sizes()) {
            try (var workplace = new Workplace()) {
                measure(workplace, size);
            }
        }
    }

    private void measure(Workplace workplace, long size) throws IOException, InterruptedException {
        var fio = new Fio(workplace.folderIn(parent), settings.data());
        fio.write(size, 1);
        var flags = List.of(
                "--disk-path",
                "" + workplace.folderIn(parent),
                "--disk-size",
                "" + (settings.data() + settings.host()) * DISK);
        try (var server = new CacheNode(root, flags, "").start(workplace, Room.limited(settings.host()))) {
            var node = new DiskNode(server, content, size, settings.data(), settings.host());
            node.spill(1);
            for (int round = 1; round <= settings.rounds(); round++) {
                loads.add(LoadAverage.now());
                System.err.printf(
                        "%d KiB, round %d of %d, load %.2f%n",
                        size >> 10, round, settings.rounds(), loads.getLast().one());
                for (int depth : settings.depths()) {
                    round(node, fio, size, depth);
                }
            }
        }
    }

    private void round(DiskNode node, Fio fio, long size, int depth) throws IOException, InterruptedException {
        var write = new DiskCell(DiskCell.NODE, DiskCell.WRITE, size, depth);
        var read = new DiskCell(DiskCell.NODE, DiskCell.READ, size, depth);
        add(write.byFio(), fio.write(size, depth));
        var spilled = node.spill(depth);
        var found = node.read(depth);
        // A put is answered before the disk has the value, and a disk that can't keep up loses some: they don't count.
        add(write, spilled.without(found.missing(), size));
        add(read, found);
        add(read.byFio(), fio.read(size, depth));
    }

    private void add(DiskCell cell, DiskSample sample) {
        results.computeIfAbsent(cell, _ -> new ArrayList<>()).add(sample);
    }

    SequencedMap<DiskCell, List<DiskSample>> results() {
        return results;
    }

    /** Before each round. */
    List<LoadAverage> loads() {
        return List.copyOf(loads);
    }
}
