package dev.kvcachepool.bench.servers;

import dev.kvcachepool.bench.wire.MemcachedClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** memcached; its largest value is raised from 1 MiB. */
final class Memcached implements Peer {
    private static final Pattern VERSION = Pattern.compile("memcached (\\S+)");

    @Override
    public String name() {
        return "memcached";
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return Said.by(VERSION, "memcached", "-V");
    }

    @Override
    public RunningServer start(Workplace workplace, Room room) throws IOException, InterruptedException {
        var tcp = FreePort.find();
        var command = new ArrayList<>(List.of("memcached", "-l", "127.0.0.1", "-p", "" + tcp.getPort(), "-U", "0"));
        command.addAll(List.of("-m", "" + room.mebibytes(), "-I", "64m", "-c", "1024"));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("-u", "root"));
        }
        var process = ServerProcess.start(workplace, name(), command, Map.of()).awaitAccepting(tcp);
        return new RunningServer(process, Map.of(Transport.TCP, tcp), (wire, _, _) -> new MemcachedClient(wire));
    }
}
