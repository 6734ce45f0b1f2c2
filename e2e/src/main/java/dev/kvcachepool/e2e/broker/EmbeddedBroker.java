package dev.kvcachepool.e2e.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka broker and controller (KRaft) in this process, on loopback, with its log in a directory. Stopped and started
 * again it keeps its address and what it holds. Not thread-safe.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private final Properties settings = new Properties();
    private final String address;
    private @Nullable KafkaRaftServer server;

    /**
     * Formats {@code directory} for a new cluster; the broker is not started.
     *
     * @param overrides broker settings that replace the defaults
     */
    public EmbeddedBroker(Path directory, Map<String, String> overrides) {
        this(directory, "127.0.0.1:" + freePort(), overrides);
    }

    /** The same at an address of the caller's choice, {@code host:port} of loopback. */
    public EmbeddedBroker(Path directory, String address, Map<String, String> overrides) {
        var controllerPort = freePort();
        this.address = address;
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put("listeners", "PLAINTEXT://" + address + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://" + address);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("log.dirs", directory.toString());
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "1");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("auto.create.topics.enable", "false");
        settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
        settings.put("log.cleaner.backoff.ms", "1000");
        settings.put("controlled.shutdown.enable", "false");
        settings.putAll(overrides);
        format(directory);
    }

    private static void format(Path directory) {
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setNodeId(1)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(directory.toString())
                    .addDirectory(directory.toString())
                    .run();
        } catch (Exception e) { // the signature of Formatter.run
            throw new IllegalStateException("cannot format " + directory + " for Kafka: " + e.getMessage(), e);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code host:port} for clients; the same before, between and after runs. */
    public String address() {
        return address;
    }

    public void start() {
        var started = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        started.startup();
        server = started;
    }

    /** Stops the broker as a crash of one node would look to its clients; the log stays. */
    public void stop() {
        var running = server;
        if (running != null) {
            running.shutdown();
            running.awaitShutdown();
            server = null;
        }
    }

    @Override
    public void close() {
        stop();
    }
}
