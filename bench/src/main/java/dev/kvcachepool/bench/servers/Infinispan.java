package dev.kvcachepool.bench.servers;

import dev.kvcachepool.bench.wire.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Infinispan's RESP endpoint in a JVM of its own, with the libraries that {@code scripts/bench-tools} fetched. */
final class Infinispan implements Peer {
    private final Path program;
    private final Path libraries;

    Infinispan(Path root) {
        program = root.resolve("bench/peers/infinispan/InfinispanResp.java");
        libraries = root.resolve("target/bench/infinispan");
    }

    @Override
    public String name() {
        return "infinispan";
    }

    @Override
    public String version() throws IOException {
        if (!Files.isDirectory(libraries)) {
            throw new IOException("its libraries are missing; scripts/bench-tools fetches them");
        }
        try (var files = Files.list(libraries)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.startsWith("infinispan-server-resp-"))
                    .map(file -> file.substring("infinispan-server-resp-".length(), file.length() - ".jar".length()))
                    .findFirst()
                    .orElseThrow(() -> new IOException("infinispan-server-resp is missing in " + libraries));
        }
    }

    @Override
    public RunningServer start(Workplace workplace, Room room) throws IOException, InterruptedException {
        var tcp = FreePort.find();
        var java = Path.of(System.getProperty("java.home"), "bin/java");
        var command = List.of(
                "" + java,
                "-Xmx" + (room.mebibytes() * 2) + "m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                libraries + "/*",
                "" + program,
                "" + tcp.getPort());
        var process = ServerProcess.start(workplace, name(), command, Map.of());
        process.awaitLine("serving");
        return new RunningServer(process, Map.of(Transport.TCP, tcp), (wire, _, _) -> new RespClient(wire));
    }
}
