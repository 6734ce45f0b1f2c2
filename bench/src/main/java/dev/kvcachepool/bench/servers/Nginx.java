package dev.kvcachepool.bench.servers;

import dev.kvcachepool.bench.wire.HttpFileClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** nginx: files in memory, read by GET with sendfile, written by WebDAV's PUT. Knows no limit and evicts nothing. */
final class Nginx implements Peer {
    private static final Pattern VERSION = Pattern.compile("nginx/(\\S+)");

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return Said.by(VERSION, "nginx", "-v");
    }

    @Override
    public RunningServer start(Workplace workplace, Room room) throws IOException, InterruptedException {
        var tcp = FreePort.find();
        var folder = workplace.memoryFolder();
        var values = Files.createDirectory(folder.resolve("values"));
        var settings = Files.writeString(folder.resolve("nginx.conf"), settings(folder, values, tcp.getPort()));
        var command = List.of("nginx", "-p", folder + "/", "-c", "" + settings, "-e", folder + "/error.log");
        var process = ServerProcess.start(workplace, name(), command, Map.of()).awaitAccepting(tcp);
        return new RunningServer(process, Map.of(Transport.TCP, tcp), (wire, _, _) -> new HttpFileClient(wire));
    }

    private static String settings(Path folder, Path values, int port) {
        var user = System.getProperty("user.name").equals("root") ? "user root;" : "";
        return """
                daemon off;
                %s
                worker_processes auto;
                pid %s/pid;
                events { worker_connections 1024; }
                http {
                  access_log off;
                  sendfile on;
                  tcp_nodelay on;
                  keepalive_requests 100000000;
                  keepalive_timeout 1h;
                  client_max_body_size 0;
                  client_body_temp_path %s/body;
                  proxy_temp_path %s/proxy;
                  fastcgi_temp_path %s/fastcgi;
                  uwsgi_temp_path %s/uwsgi;
                  scgi_temp_path %s/scgi;
                  server {
                    listen 127.0.0.1:%d;
                    root %s;
                    location / { dav_methods PUT DELETE; }
                  }
                }
                """.formatted(user, folder, folder, folder, folder, folder, folder, port, values);
    }
}
