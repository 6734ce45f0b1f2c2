package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.resp.Command.Keys;
import dev.kvcachepool.cachenode.resp.Command.Right;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.PutOptions;
import java.io.IOException;
import java.util.Set;

/** Commands on the time that keys have to live. */
final class Expiries {
    private static final Set<String> READ = Set.of("readonly", "fast");
    private static final Set<String> WRITE = Set.of("write", "fast");
    private static final int MISSING = -2;
    private static final int ENDLESS = -1;

    private final BlockStore store;

    Expiries(BlockStore store) {
        this.store = store;
    }

    void addTo(CommandTable table) {
        table.add(new Command(
                "ttl",
                1,
                1,
                READ,
                Keys.ONE,
                Right.KEYS,
                (session, arguments, out) -> left(session, arguments, out, 1000)));
        table.add(new Command(
                "pttl",
                1,
                1,
                READ,
                Keys.ONE,
                Right.KEYS,
                (session, arguments, out) -> left(session, arguments, out, 1)));
        table.add(new Command(
                "expire",
                2,
                2,
                WRITE,
                Keys.ONE,
                Right.KEYS,
                (session, arguments, out) -> expire("expire", session, arguments, out, 1000)));
        table.add(new Command(
                "pexpire",
                2,
                2,
                WRITE,
                Keys.ONE,
                Right.KEYS,
                (session, arguments, out) -> expire("pexpire", session, arguments, out, 1)));
        table.add(new Command("persist", 1, 1, WRITE, Keys.ONE, Right.KEYS, this::persist));
    }

    /** A moment {@code count} units of {@code unitMillis} after {@code now}, ms since the epoch. */
    static long after(String command, long count, long unitMillis, long now) throws RequestException {
        try {
            return Math.addExact(Math.multiplyExact(count, unitMillis), now);
        } catch (ArithmeticException e) {
            throw invalid(command);
        }
    }

    static RequestException invalid(String command) {
        return new RequestException("invalid expire time in '" + command + "' command");
    }

    private void left(Session session, Arguments arguments, RespOutput out, long unitMillis)
            throws IOException, RequestException {
        long at = session.values.expiresAtMillis(arguments.key());
        if (at < 0 || at == PutOptions.FOREVER) {
            out.integer(at < 0 ? MISSING : ENDLESS);
        } else {
            out.integer((Math.max(at - store.nowMillis(), 0) + unitMillis / 2) / unitMillis);
        }
    }

    private void expire(String command, Session session, Arguments arguments, RespOutput out, long unitMillis)
            throws IOException, RequestException {
        var key = arguments.key();
        long at = after(command, arguments.number(), unitMillis, store.nowMillis());
        out.bool(at <= store.nowMillis() ? session.values.delete(key) : session.values.expireAt(key, at));
    }

    private void persist(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var key = arguments.key();
        long at = session.values.expiresAtMillis(key);
        boolean ends = at >= 0 && at != PutOptions.FOREVER;
        out.bool(ends && session.values.expireAt(key, PutOptions.FOREVER));
    }
}
