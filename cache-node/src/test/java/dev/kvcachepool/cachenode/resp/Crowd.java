package dev.kvcachepool.cachenode.resp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A process of its own that crowds a RESP port. Arguments: port, then how many are idle between requests, send a value a
 * byte at a time, fall silent within a request, send garbage. Says {@code open} once all are; each line {@code n} on
 * its input opens n more idle ones, answered by how many were let in. Ends, without a word to the server, with its input.
 */
final class Crowd {
    private static final int PATIENCE_MILLIS = 120_000;
    private static final int DRIP_MILLIS = 250;
    private static final String PONG = "+PONG\r\n";

    private final int port;
    private final Collection<Socket> all = new ArrayList<>();
    private final Collection<Socket> dripping = new ConcurrentLinkedQueue<>();

    private Crowd(int port) {
        this.port = port;
    }

    public static void main(String[] arguments) throws IOException {
        var counts = new int[arguments.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = Integer.parseInt(arguments[i]);
        }
        new Crowd(counts[0]).run(counts[1], counts[2], counts[3], counts[4]);
    }

    private void run(int idle, int slow, int silent, int garbage) throws IOException {
        requireAll(idle, idle(idle));
        open(silent, "*3\r\n$3\r\nSE", all);
        open(garbage, "*garbage\r\n\0\1\2", all);
        Thread.ofPlatform().daemon().start(this::drip);
        open(slow, "*3\r\n$3\r\nSET\r\n$4\r\nslow\r\n$1000000\r\n", dripping);
        System.out.println("open");
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = commands.readLine(); line != null; line = commands.readLine()) {
            System.out.println(idle(Integer.parseInt(line)));
        }
        System.exit(0);
    }

    private static void requireAll(int wanted, int letIn) {
        if (letIn != wanted) {
            throw new IllegalStateException("let in " + letIn + " of " + wanted);
        }
    }

    private void open(int count, String begin, Collection<Socket> opened) throws IOException {
        for (int i = 0; i < count; i++) {
            var socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
            opened.add(socket);
        }
    }

    /** Opens idle ones; how many were let in. */
    private int idle(int count) throws IOException {
        int letIn = 0;
        for (int i = 0; i < count; i++) {
            letIn += isLetIn() ? 1 : 0;
        }
        return letIn;
    }

    private boolean isLetIn() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        all.add(socket);
        socket.setSoTimeout(PATIENCE_MILLIS);
        try {
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            var reply = socket.getInputStream().readNBytes(PONG.length());
            return new String(reply, StandardCharsets.US_ASCII).equals(PONG);
        } catch (IOException e) {
            // Refused and closed before what we sent was read.
            return false;
        }
    }

    private void drip() {
        try {
            while (true) {
                dripping.removeIf(socket -> !dripped(socket));
                Thread.sleep(DRIP_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean dripped(Socket socket) {
        try {
            socket.getOutputStream().write('x');
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
