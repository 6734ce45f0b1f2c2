package dev.kvcachepool.cachenode.resp;

import static dev.kvcachepool.cachenode.resp.Command.MANY;
import static dev.kvcachepool.cachenode.resp.Command.MANY_PAIRS;

import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.resp.Command.Keys;
import dev.kvcachepool.cachenode.resp.Command.Right;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.KeyValues;
import dev.kvcachepool.cachenode.store.PutOptions;
import dev.kvcachepool.cachenode.store.PutResult;
import dev.kvcachepool.cachenode.store.Upload;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Commands on keys and values; {@code KVP.MEXISTS key ...} says of each key what EXISTS only counts. */
final class KeyCommands {
    private static final Set<String> READ = Set.of("readonly", "fast");
    private static final Set<String> WRITE = Set.of("write", "denyoom");
    private static final Set<String> REMOVE = Set.of("write", "fast");

    private final BlockStore store;
    private final NativeMisses nativeMisses;
    private final ProtocolCounters counters;

    KeyCommands(BlockStore store, NativeMisses nativeMisses, ProtocolCounters counters) {
        this.store = store;
        this.nativeMisses = nativeMisses;
        this.counters = counters;
    }

    void addTo(CommandTable table) {
        table.add(new Command("get", 1, 1, READ, Keys.ONE, Right.KEYS, this::get));
        table.add(new Command("mget", 1, MANY, READ, Keys.ALL, Right.KEYS, this::mget));
        table.add(new Command("set", 2, 9, WRITE, Keys.ONE, Right.KEYS, this::set));
        table.add(new Command("mset", 2, MANY_PAIRS, WRITE, Keys.PAIRS, Right.KEYS, this::mset));
        table.add(new Command("exists", 1, MANY, READ, Keys.ALL, Right.KEYS, this::exists));
        table.add(new Command("kvp.mexists", 1, MANY, READ, Keys.ALL, Right.KEYS, this::eachExists));
        table.add(new Command("del", 1, MANY, REMOVE, Keys.ALL, Right.KEYS, this::delete));
        table.add(new Command("unlink", 1, MANY, REMOVE, Keys.ALL, Right.KEYS, this::delete));
        table.add(new Command("strlen", 1, 1, READ, Keys.ONE, Right.KEYS, this::strlen));
        table.add(new Command("type", 1, 1, READ, Keys.ONE, Right.KEYS, this::type));
    }

    private void get(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var key = arguments.key();
        if (!answer(session.values, key, out)) {
            nativeMisses.miss(key, session.mayBeNative, out);
        }
    }

    private void mget(Session session, Arguments arguments, RespOutput out) throws IOException {
        out.array(arguments.left());
        var values = valuesOf(session, arguments);
        while (arguments.hasNext()) {
            var key = keyOrNull(arguments);
            if (key == null || !answer(values, key, out)) {
                out.nothing();
            }
        }
    }

    /** The array's head is written: a key that can't be there is as good as a miss. */
    static byte @Nullable [] keyOrNull(Arguments arguments) throws IOException {
        try {
            return arguments.key();
        } catch (RequestException e) {
            return null;
        }
    }

    /** What a command of one key or many asks. */
    static KeyValues valuesOf(Session session, Arguments arguments) {
        return arguments.left() > 1 ? session.values.together() : session.values;
    }

    /** False where there is no value, and no answer yet. */
    private static boolean answer(KeyValues values, byte[] key, RespOutput out) throws IOException {
        var value = values.get(key);
        if (value == null) {
            return false;
        }
        try {
            out.value(value);
            return true;
        } finally {
            value.release();
        }
    }

    private void set(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var key = arguments.key();
        try (var value = arguments.value(size -> session.values.receive(key, size), store.largestValue())) {
            var options = SetOptions.read(arguments, store.nowMillis());
            if (put(key, value, options) == PutResult.NOT_MET) {
                out.nothing();
            } else {
                // No room is no error: LMCache's native client is out of step for ever after one.
                out.ok();
            }
        }
    }

    private PutResult put(byte[] key, Upload value, PutOptions options) {
        var result = value.put(options);
        if (result != PutResult.NOT_MET) {
            nativeMisses.stored(key, value.size());
        }
        if (result == PutResult.DROPPED) {
            counters.dropped();
        }
        return result;
    }

    private void mset(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        if (arguments.left() % 2 != 0) {
            throw new RequestException("wrong number of arguments for 'mset' command");
        }
        while (arguments.hasNext()) {
            var key = arguments.key();
            try (var value = arguments.value(size -> session.values.receive(key, size), store.largestValue())) {
                var _ = put(key, value, PutOptions.PLAIN);
            }
        }
        out.ok();
    }

    private void exists(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        int found = 0;
        var values = valuesOf(session, arguments);
        while (arguments.hasNext()) {
            found += values.exists(arguments.key()) ? 1 : 0;
        }
        out.integer(found);
    }

    private void eachExists(Session session, Arguments arguments, RespOutput out) throws IOException {
        out.array(arguments.left());
        var values = valuesOf(session, arguments);
        while (arguments.hasNext()) {
            var key = keyOrNull(arguments);
            out.bool(key != null && values.exists(key));
        }
    }

    private void delete(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        int deleted = 0;
        while (arguments.hasNext()) {
            deleted += session.values.delete(arguments.key()) ? 1 : 0;
        }
        out.integer(deleted);
    }

    private void strlen(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        out.integer(Math.max(session.values.length(arguments.key()), 0));
    }

    private void type(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        out.simple(session.values.length(arguments.key()) < 0 ? "none" : "string");
    }
}
