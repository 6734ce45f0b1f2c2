package dev.kvcachepool.cachenode.peer;

import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;

/** A peer that greets as one does, and answers everything else as a test says. */
public final class FakePeer implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Script script;
    public final AtomicInteger asked = new AtomicInteger();
    public final AtomicInteger ended = new AtomicInteger();
    /** The names of all that has come, greetings too. */
    public final List<String> commands = new CopyOnWriteArrayList<>();

    /** What is answered to a command other than the greeting. */
    public interface Script {
        void answer(OutputStream out) throws IOException, InterruptedException;
    }

    public FakePeer(Script script) throws IOException {
        this.script = script;
        Thread.ofPlatform().daemon().start(this::accept);
    }

    /** An answer to KVP.FETCH. */
    public static byte[] fetched(byte[] content, long size, long crc) {
        var head = bytes("*3\r\n:-1\r\n$" + size + "\r\n");
        var tail = bytes("\r\n:" + crc + "\r\n");
        var all = new byte[head.length + content.length + tail.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(content, 0, all, head.length, content.length);
        System.arraycopy(tail, 0, all, head.length + content.length, tail.length);
        return all;
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    public static long crc(byte[] content) {
        var crc = new CRC32();
        crc.update(content);
        return crc.getValue();
    }

    public Member member() {
        return new Member(new HolderId("fake"), 1, NodeState.SERVING, "127.0.0.1", listening.getLocalPort());
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                var socket = listening.accept();
                sockets.add(socket);
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException e) {
                // The test is over.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedReader(
                    new InputStreamReader(new BufferedInputStream(socket.getInputStream()), StandardCharsets.US_ASCII));
            var out = socket.getOutputStream();
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                int words = Integer.parseInt(line.substring(1));
                var command = "";
                for (int i = 0; i < words; i++) {
                    in.readLine();
                    var word = in.readLine();
                    command = i == 0 ? word : command;
                }
                commands.add(command);
                if ("KVP.PEER".equals(command)) {
                    out.write(bytes("+OK\r\n"));
                } else {
                    asked.incrementAndGet();
                    script.answer(out);
                }
                out.flush();
            }
        } catch (IOException e) {
            // The node has closed it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.incrementAndGet();
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}
