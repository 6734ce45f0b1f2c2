package dev.kvcachepool.e2e.engine;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * An engine's view of its own cache-node: what LMCache does over RESP, with Jedis. One connection, made anew when it
 * breaks. A cache that is away is a miss, never an error for the request. Confined to the engine's prefill thread.
 */
final class BlockCache implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;
    /** LMCache's kv_rank of rank 0 in a world of one: world, rank, local world, local rank, a byte each. */
    private static final String KV_RANK = "01000100";

    private final Supplier<HostAndPort> node;
    private final String model;
    private final int blockBytes;
    private final EngineCounters counters;
    private @Nullable Jedis connection;

    BlockCache(Supplier<HostAndPort> node, String model, int blockBytes, EngineCounters counters) {
        this.node = node;
        this.model = model;
        this.blockBytes = blockBytes;
        this.counters = counters;
    }

    private Jedis connect() {
        return new Jedis(
                node.get(),
                DefaultJedisClientConfig.builder()
                        .connectionTimeoutMillis(TIMEOUT_MILLIS)
                        .socketTimeoutMillis(TIMEOUT_MILLIS)
                        .build());
    }

    /** How many leading blocks of the chain were there, fetched, and right to the byte. */
    int fetchLeading(List<byte[]> chain) {
        return call(0, jedis -> {
            var there = 0;
            while (there < chain.size() && jedis.exists(key(chain.get(there)))) {
                there++;
            }
            var verified = 0;
            while (verified < there && fetchAndVerify(jedis, chain.get(verified))) {
                verified++;
            }
            return verified;
        });
    }

    private boolean fetchAndVerify(Jedis jedis, byte[] hash) {
        var value = jedis.get(key(hash));
        if (value == null) {
            return false;
        }
        counters.bytesFetched.add(value.length);
        var wrong = BlockBytes.wrong(hash, value, blockBytes);
        counters.wrongBytes.add(wrong);
        return wrong == 0;
    }

    void store(List<byte[]> hashes) {
        call(0, jedis -> {
            for (var hash : hashes) {
                jedis.set(key(hash), BlockBytes.make(hash, blockBytes));
                counters.bytesStored.add(blockBytes);
            }
            return 0;
        });
    }

    private int call(int otherwise, Function<Jedis, Integer> command) {
        try {
            var open = connection == null ? connect() : connection;
            connection = open;
            return command.apply(open);
        } catch (JedisException e) {
            counters.storeErrors.increment();
            close();
            return otherwise;
        }
    }

    private byte[] key(byte[] hash) {
        return (model + "@" + KV_RANK + "@0@" + HexFormat.of().formatHex(hash)).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        var open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }
}
