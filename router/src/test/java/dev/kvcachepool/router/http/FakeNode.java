package dev.kvcachepool.router.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** A cache-node's RESP port on loopback that answers each command as a test says, and remembers them all. */
final class FakeNode implements AutoCloseable {
    final Queue<List<String>> commands = new ConcurrentLinkedQueue<>();
    /** What AUTH must be given here; empty for anything. */
    volatile List<String> login = List.of();

    private final ServerSocket socket;
    private final Function<List<String>, String> answers;

    /**
     * Answers from now on.
     *
     * @param answers what is sent for a command, CR LF written as {@code ;}; empty for nothing at all
     */
    FakeNode(Function<List<String>, String> answers) {
        this.answers = answers;
        try {
            this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                var client = socket.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                var input =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
            for (var head = input.readLine(); head != null; head = input.readLine()) {
                var command = new ArrayList<String>();
                for (int left = Integer.parseInt(head.substring(1)); left > 0; left--) {
                    var length = input.readLine();
                    var word = input.readLine();
                    if (!length.equals("$" + word.length())) {
                        throw new IOException(length + " before " + word);
                    }
                    command.add(word);
                }
                commands.add(command);
                var answer = command.getFirst().equals("AUTH") ? auth(command) : answers.apply(command);
                client.getOutputStream().write(answer.replace(";", "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // The router has gone, as it may.
        }
    }

    private String auth(List<String> command) {
        boolean right = login.isEmpty() || login.equals(command.subList(1, command.size()));
        return right ? "+OK;" : "-WRONGPASS invalid username-password pair or user is disabled.;";
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
