package dev.kvcachepool.client;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a cache-node on this host. Used by one thread at a time.
 *
 * <p>{@link #lease} reads without a copy: the node says where a value lies in its memory, which is mapped here read-only. A
 * lease ends when it is closed, or with this client. After an {@link IOException} the client is of no use any more: what was
 * read under a lease that had not been closed by then is not to be trusted. A node that stalls is such an exception: no wait
 * is longer than the limit that the client is made with.
 */
public final class LocalClient implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final RespConnection connection;
    private final MappedFiles files;
    private boolean closed;

    private LocalClient(RespConnection connection, MappedFiles files) {
        this.connection = connection;
        this.files = files;
    }

    /** Connects, with a limit of 30 seconds to each wait. */
    public static LocalClient connect(Path respSocket, Path memorySocket, @Nullable String password)
            throws IOException {
        return connect(respSocket, memorySocket, password, LIMIT);
    }

    /**
     * Connects.
     *
     * @param respSocket the node's {@code --resp-socket}
     * @param memorySocket its {@code --memory-socket}
     * @param password null where the node asks for none
     * @param limit to each wait for the node: for a connection, for it to take something more, and for it to say something
     *     more; above zero
     */
    public static LocalClient connect(Path respSocket, Path memorySocket, @Nullable String password, Duration limit)
            throws IOException {
        return connect(respSocket, memorySocket, null, password, limit);
    }

    /**
     * Connects to a node with users.
     *
     * @param user whose password it is; null for the user {@code default}
     */
    public static LocalClient connect(
            Path respSocket, Path memorySocket, @Nullable String user, @Nullable String password, Duration limit)
            throws IOException {
        if (user != null && password == null) {
            throw new IllegalArgumentException("user '" + user + "' needs a password");
        }
        if (!limit.isPositive()) {
            throw new IllegalArgumentException("a limit of " + limit + " lets nothing be done");
        }
        var connection = new RespConnection(UnixDomainSocketAddress.of(respSocket), limit);
        try {
            if (password != null) {
                connection.send(
                        "AUTH", user == null ? List.of(bytes(password)) : List.of(bytes(user), bytes(password)));
                connection.requireOk();
            }
            // Or the node takes this for LMCache's native client, which a miss must be answered in a way of its own.
            connection.send("CLIENT", List.of(bytes("SETINFO"), bytes("LIB-NAME"), bytes("kvcachepool-java")));
            connection.requireOk();
            return new LocalClient(connection, new MappedFiles(memorySocket, limit));
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Leases a key's value.
     *
     * @return the value, which the caller closes; null where the node has none, or none that it can show
     * @throws RefusedException when the node has no room for more leases, or shares no memory: the value may still be read
     *     with {@link #get}
     */
    public @Nullable LeasedValue lease(byte[] key) throws IOException {
        connection.send("KVP.LEASE", List.of(key));
        return connection.arrayLength() < 0 ? null : leased();
    }

    /**
     * Leases the values of many keys, with a round trip for some hundred.
     *
     * @return for each key what came of it; the caller closes the values
     * @throws RefusedException when the node shares no memory
     */
    public List<LeaseAnswer> leaseEach(List<byte[]> keys) throws IOException {
        var answers = new ArrayList<LeaseAnswer>(keys.size());
        for (var left = keys; !left.isEmpty(); left = left.subList(RespConnection.fitting(left), left.size())) {
            int some = RespConnection.fitting(left);
            connection.send("KVP.MLEASE", left.subList(0, some));
            connection.requireArray(some);
            for (int i = 0; i < some; i++) {
                int kind = connection.arrayLengthOrNumber();
                answers.add(new LeaseAnswer(kind != -1, kind < 0 ? null : leased()));
            }
        }
        return answers;
    }

    private LeasedValue leased() throws IOException {
        long id = connection.integer();
        long size = connection.integer();
        int count = connection.arrayLength();
        var places = new ArrayList<Place>(count);
        for (int i = 0; i < count; i++) {
            connection.arrayLength();
            places.add(new Place(
                    connection.integer(),
                    new String(connection.bulk(), StandardCharsets.US_ASCII),
                    connection.integer(),
                    connection.integer(),
                    connection.integer()));
        }
        var parts = new ArrayList<ByteBuffer>(count);
        for (var place : places) {
            parts.add(files.view(place));
        }
        return new LeasedValue(this, id, size, List.copyOf(parts));
    }

    /** Stores a value: what is left of {@code value}. */
    public void set(byte[] key, ByteBuffer value) throws IOException {
        connection.sendValue("SET", key, value);
        connection.requireOk();
    }

    /** A copy of a key's value; null where there is none. */
    public byte @Nullable [] get(byte[] key) throws IOException {
        connection.send("GET", List.of(key));
        return connection.bulkOrNull();
    }

    /** Whether a key has a value; if so it is kept for the node's read lease. */
    public boolean exists(byte[] key) throws IOException {
        connection.send("EXISTS", List.of(key));
        return connection.integer() > 0;
    }

    /** Of each key whether it has a value, with a round trip for some hundred; those that have are kept likewise. */
    public List<Boolean> existsEach(List<byte[]> keys) throws IOException {
        var found = new ArrayList<Boolean>(keys.size());
        for (var left = keys; !left.isEmpty(); left = left.subList(RespConnection.fitting(left), left.size())) {
            int some = RespConnection.fitting(left);
            connection.send("KVP.MEXISTS", left.subList(0, some));
            connection.requireArray(some);
            for (int i = 0; i < some; i++) {
                found.add(connection.integer() == 1);
            }
        }
        return found;
    }

    /** Removes a key; false when it was not there. */
    public boolean delete(byte[] key) throws IOException {
        connection.send("DEL", List.of(key));
        return connection.integer() > 0;
    }

    /** The node's checksum of a leased value. */
    int checksum(long lease) throws IOException {
        connection.send("KVP.CHECKSUM", List.of(bytes(Long.toString(lease))));
        connection.requireArray(1);
        return (int) connection.integer();
    }

    void release(long lease) throws IOException {
        connection.send("KVP.RELEASE", List.of(bytes(Long.toString(lease))));
        if (connection.integer() != 1) {
            throw new IOException("the node had ended the lease: what was read is not to be trusted");
        }
    }

    /** Ends the connection and all leases; parts of leased values can't be read any more. Once more it does nothing. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            connection.close();
        } finally {
            files.close();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
