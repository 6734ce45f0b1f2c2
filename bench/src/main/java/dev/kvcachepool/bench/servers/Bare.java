package dev.kvcachepool.bench.servers;

import dev.kvcachepool.bench.bare.BareServer;
import dev.kvcachepool.bench.load.Content;
import dev.kvcachepool.bench.wire.BareClient;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The bare sender and sink, in a JVM of its own. */
final class Bare implements Peer {
    private final Content content;
    private final long seed;

    Bare(Content content, long seed) {
        this.content = content;
        this.seed = seed;
    }

    @Override
    public String name() {
        return "bare";
    }

    @Override
    public String version() {
        return "Java " + Runtime.version();
    }

    @Override
    public RunningServer start(Workplace workplace, Room room) throws IOException, InterruptedException {
        long held = Math.max(Content.PATTERN_BYTES, room.values());
        var tcp = FreePort.find();
        var socket = workplace.folder().resolve("bare.socket");
        var command = List.of(
                "" + Path.of(System.getProperty("java.home"), "bin/java"),
                "-Xmx64m",
                "-XX:MaxDirectMemorySize=" + ((held >> 20) + 512) + "m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                BareServer.class.getName(),
                "" + tcp.getPort(),
                "" + socket,
                "" + held,
                "" + seed);
        var process = ServerProcess.start(workplace, name(), command, Map.of()).awaitAccepting(tcp);
        return new RunningServer(
                process,
                Map.of(Transport.TCP, tcp, Transport.UNIX, UnixDomainSocketAddress.of(socket)),
                (wire, size, first) -> new BareClient(wire, content, size, held, first));
    }
}
