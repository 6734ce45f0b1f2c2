package dev.kvcachepool.e2e.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.linear.Operation.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** A client that does random things with a few keys and writes down what it was answered. Confined to a thread. */
final class Recorder {
    private static final int LARGEST = 192 << 10;
    private static final int FILLERS = 64;

    private final Jedis connection;
    private final Random random;
    private final AtomicInteger versions;
    private final List<Queue<Operation>> histories;
    private final byte[] filler;

    /**
     * Of a connection that nobody else uses.
     *
     * @param versions of all clients' writes
     * @param histories of each key
     * @param fillerBytes of a value that is stored before every second operation, under a key that is none of these; 0 for none
     */
    Recorder(
            Jedis connection,
            Random random,
            AtomicInteger versions,
            List<Queue<Operation>> histories,
            int fillerBytes) {
        this.connection = connection;
        this.random = random;
        this.versions = versions;
        this.histories = histories;
        this.filler = new byte[fillerBytes];
    }

    void run(int operations) {
        for (int i = 0; i < operations; i++) {
            if (filler.length > 0 && random.nextBoolean()) {
                connection.set(("filler-" + random.nextInt(FILLERS)).getBytes(StandardCharsets.UTF_8), filler);
            }
            int key = random.nextInt(histories.size());
            histories.get(key).add(once(key));
        }
    }

    private Operation once(int key) {
        var name = ("linear-" + key).getBytes(StandardCharsets.UTF_8);
        int version = versions.incrementAndGet();
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                var content = content(version);
                long began = System.nanoTime();
                connection.set(name, content);
                yield new Operation(Kind.SET, version, true, began, System.nanoTime());
            }
            case 3 -> {
                var content = content(version);
                long began = System.nanoTime();
                boolean done =
                        connection.set(name, content, SetParams.setParams().nx()) != null;
                yield new Operation(Kind.SET_IF_ABSENT, version, done, began, System.nanoTime());
            }
            case 4 -> {
                long began = System.nanoTime();
                boolean done = connection.del(name) == 1;
                yield new Operation(Kind.DELETE, 0, done, began, System.nanoTime());
            }
            case 5 -> {
                long began = System.nanoTime();
                boolean done = connection.exists(name);
                yield new Operation(Kind.EXISTS, 0, done, began, System.nanoTime());
            }
            default -> {
                long began = System.nanoTime();
                var content = connection.get(name);
                long ended = System.nanoTime();
                yield new Operation(Kind.GET, content == null ? 0 : version(content), false, began, ended);
            }
        };
    }

    /** All of it says which version it is, and so does its length. */
    private static byte[] content(int version) {
        var content = ByteBuffer.allocate(length(version));
        while (content.hasRemaining()) {
            content.putInt(version);
        }
        return content.array();
    }

    private static int length(int version) {
        return Integer.BYTES * (1 + version * 7919 % (LARGEST / Integer.BYTES));
    }

    private static int version(byte[] content) {
        var bytes = ByteBuffer.wrap(content);
        int version = bytes.getInt(0);
        assertThat(content.length).as("length of version %d", version).isEqualTo(length(version));
        while (bytes.hasRemaining()) {
            if (bytes.getInt() != version) {
                throw new AssertionError("a mix of version " + version + " and another at " + bytes.position());
            }
        }
        return version;
    }
}
