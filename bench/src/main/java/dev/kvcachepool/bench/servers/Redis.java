package dev.kvcachepool.bench.servers;

import dev.kvcachepool.bench.wire.RespClient;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** redis-server, in memory only. */
final class Redis implements Peer {
    private static final Pattern VERSION = Pattern.compile("v=(\\S+)");

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return Said.by(VERSION, "redis-server", "--version");
    }

    @Override
    public RunningServer start(Workplace workplace, Room room) throws IOException, InterruptedException {
        var tcp = FreePort.find();
        var socket = workplace.folder().resolve("redis.socket");
        var command = new ArrayList<>(List.of("redis-server", "--save", "", "--appendonly", "no"));
        command.addAll(List.of("--bind", "127.0.0.1", "--port", "" + tcp.getPort(), "--unixsocket", "" + socket));
        command.addAll(List.of("--dir", "" + socket.getParent()));
        if (room.evicting()) {
            command.addAll(List.of("--maxmemory", "" + room.bytes(), "--maxmemory-policy", "allkeys-lru"));
        }
        var process = ServerProcess.start(workplace, name(), command, Map.of()).awaitAccepting(tcp);
        return new RunningServer(
                process,
                Map.of(Transport.TCP, tcp, Transport.UNIX, UnixDomainSocketAddress.of(socket)),
                (wire, _, _) -> new RespClient(wire));
    }
}
