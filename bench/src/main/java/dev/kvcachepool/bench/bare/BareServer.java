package dev.kvcachepool.bench.bare;

import dev.kvcachepool.bench.load.Content;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** The program of the bare sender: {@code BareServer <port> <socket> <bytes> <seed>}; a thread a connection. */
public final class BareServer {
    private final MemorySegment memory;

    private BareServer(MemorySegment memory) {
        this.memory = memory;
    }

    /** Serves until it is ended. {@code bytes}: how much memory the values that it sends take together. */
    public static void main(String... arguments) throws IOException {
        long bytes = Math.max(Content.PATTERN_BYTES, Long.parseLong(arguments[2]));
        var server = new BareServer(filled(bytes, Long.parseLong(arguments[3])));
        var unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(Path.of(arguments[1])));
        Thread.ofPlatform().daemon().start(() -> server.serve(unix));
        server.serve(ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]))));
    }

    private static MemorySegment filled(long bytes, long seed) {
        var pattern = new Content(seed).at(0, Content.PATTERN_BYTES);
        var memory = Arena.global().allocate(bytes, 64);
        for (long at = 0; at + Content.PATTERN_BYTES <= bytes; at += Content.PATTERN_BYTES) {
            MemorySegment.copy(pattern, 0, memory, at, Content.PATTERN_BYTES);
        }
        return memory;
    }

    private void serve(ServerSocketChannel listening) {
        try {
            while (true) {
                var channel = listening.accept();
                Thread.ofPlatform().daemon().start(() -> converse(channel));
            }
        } catch (IOException e) {
            System.err.println("the bare sender ends: " + e);
        }
    }

    private void converse(SocketChannel channel) {
        try (channel) {
            if (channel.getLocalAddress() instanceof InetSocketAddress) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            new BareConversation(channel, memory).run();
        } catch (IOException e) {
            System.err.println("a connection ends: " + e);
        }
    }
}
