package dev.kvcachepool.bench.disk;

import dev.kvcachepool.bench.Bench;
import dev.kvcachepool.bench.flags.Choice;
import dev.kvcachepool.bench.flags.Sizes;
import dev.kvcachepool.bench.report.Conditions;
import dev.kvcachepool.bench.report.Results;
import dev.kvcachepool.bench.servers.CacheNode;
import dev.kvcachepool.bench.servers.Peers;
import dev.kvcachepool.bench.system.FioJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code bench disk}. */
@Command(
        name = "disk",
        mixinStandardHelpOptions = true,
        description = "Writes and reads of the disk tier, beside fio with O_DIRECT and the same blocks and depth.")
public final class DiskCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    Bench bench;

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--folder",
            paramLabel = "<folder>",
            description = "on the disk to be measured, no memory file system; default: the build's folder target")
    @Nullable
    Path folder;

    @Option(
            names = "--sizes",
            split = ",",
            paramLabel = "<size>",
            converter = Sizes.Value.class,
            description = "of a value; default 2Mi,32Mi")
    List<Long> sizes = Sizes.of("2Mi,32Mi");

    @Option(
            names = "--depths",
            split = ",",
            paramLabel = "<count>",
            converter = Choice.Connections.class,
            description = "connections, and fio's depth; default 1,4")
    List<Integer> depths = List.of(1, 4);

    @Option(names = "--rounds", paramLabel = "<count>", converter = Choice.Rounds.class, description = "default 5")
    int rounds = 5;

    @Option(
            names = "--data",
            paramLabel = "<size>",
            converter = Sizes.Memory.class,
            description = "written and read at once; default 1Gi")
    long data = 1L << 30;

    @Option(
            names = "--host-size",
            paramLabel = "<size>",
            converter = Sizes.Memory.class,
            description = "the node's memory; default 256Mi")
    long host = 256L << 20;

    @Override
    public Integer call() throws Exception {
        var root = Bench.root(bench);
        var settings = new DiskSettings(List.copyOf(sizes), List.copyOf(depths), rounds, data, host);
        var run = new DiskRun(settings, root, parent(root), new Peers(root).content());
        var versions = Map.of("cache-node", new CacheNode(root, List.of(), "").version(), "fio", FioJob.version());
        run.run();
        var report = new DiskReport(Conditions.now(run.loads(), versions, Map.of()), settings, run.results());
        new Results(root, "disk").write(report.json(), report.markdown());
        return report.wrongBytes() == 0 ? 0 : 1;
    }

    private Path parent(Path root) throws IOException {
        var chosen = folder != null ? folder : Files.createDirectories(root.resolve("target/bench"));
        if (!Files.isDirectory(chosen) || Files.getFileStore(chosen).type().equals("tmpfs")) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "Invalid value for option '--folder': '" + chosen
                            + "' is not allowed; allowed are folders on a disk");
        }
        return chosen;
    }
}
