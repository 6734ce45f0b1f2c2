package dev.kvcachepool.bench.servers;

import dev.kvcachepool.bench.wire.RespClient;
import dev.kvcachepool.bench.wire.SharedClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Our own, with its memory in files that clients map: read in no other way. */
public final class SharingNode implements Peer {
    /** Its name in flags and tables. */
    public static final String NAME = "cache-node-shared";

    private final Path program;

    SharingNode(Path root) {
        this.program = root.resolve("bin/cache-node");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return CacheNode.version(program);
    }

    @Override
    public RunningServer start(Workplace workplace, Room room) throws IOException, InterruptedException {
        var resp = workplace.folder().resolve("shared.socket");
        var memory = workplace.folder().resolve("shared.memory");
        var command = CacheNode.command(program, room, resp);
        command.addAll(List.of("--memory-socket", "" + memory));
        var process = ServerProcess.start(workplace, name(), command, Map.of());
        process.awaitLine("serving ");
        return new RunningServer(
                process, Map.of(), (wire, _, _) -> new RespClient(wire), () -> new SharedClient(resp, memory));
    }
}
