package dev.kvcachepool.bench.servers;

import dev.kvcachepool.bench.wire.RespClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Our own, from the build, with whatever flags more. */
public final class CacheNode implements Peer {
    /** Its name in flags and tables. */
    public static final String NAME = "cache-node";

    private static final Pattern RESP = Pattern.compile("\\bresp=[^ ]*:(\\d+)");
    private final Path program;
    private final List<String> flags;
    private final String jvmFlags;

    CacheNode(Path root) {
        this(root, List.of(), "");
    }

    /** {@code flags} of the program itself; {@code jvmFlags} parted by blanks. */
    public CacheNode(Path root, List<String> flags, String jvmFlags) {
        this.program = root.resolve("bin/cache-node");
        this.flags = List.copyOf(flags);
        this.jvmFlags = jvmFlags;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return version(program);
    }

    static String version(Path program) throws IOException, InterruptedException {
        return Said.by("" + program, "--version").replaceFirst("^cache-node ", "");
    }

    /** Starts a node on free ports of the loopback, which may be added to. */
    static List<String> command(Path program, Room room, Path respSocket) {
        return new ArrayList<>(List.of(
                "" + program,
                "--listen-address",
                "127.0.0.1",
                "--resp-port",
                "0",
                "--http-port",
                "0",
                "--host-size",
                "" + room.bytes(),
                "--resp-socket",
                "" + respSocket));
    }

    @Override
    public RunningServer start(Workplace workplace, Room room) throws IOException, InterruptedException {
        var addresses = new EnumMap<Transport, SocketAddress>(Transport.class);
        var socket = workplace.folder().resolve("node.socket");
        var command = command(program, room, socket);
        addresses.put(Transport.UNIX, UnixDomainSocketAddress.of(socket));
        command.addAll(flags);
        var environment = jvmFlags.isEmpty() ? Map.<String, String>of() : Map.of("KVP_JAVA_OPTS", jvmFlags);
        var process = ServerProcess.start(workplace, name(), command, environment);
        addresses.put(
                Transport.TCP,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port(process.awaitLine("serving "))));
        return new RunningServer(process, addresses, (wire, _, _) -> new RespClient(wire));
    }

    private static int port(String line) throws IOException {
        var match = RESP.matcher(line);
        if (!match.find()) {
            throw new IOException("no RESP port in: " + line);
        }
        return Integer.parseInt(match.group(1));
    }
}
