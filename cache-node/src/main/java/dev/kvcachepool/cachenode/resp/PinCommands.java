package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.resp.Command.Keys;
import dev.kvcachepool.cachenode.store.BlockStore;
import java.io.IOException;
import java.util.Set;

/** Commands that keep a key's chunk from being evicted for a time that the client says. */
final class PinCommands {
    private static final Set<String> WRITE = Set.of("write", "fast");
    /** A year of 366 days. */
    private static final long MAX_SECONDS = 31_622_400;

    private static final long MILLIS = 1000;
    private static final int NO_ROOM = -1;

    private final BlockStore store;

    PinCommands(BlockStore store) {
        this.store = store;
    }

    void addTo(CommandTable table) {
        table.add(new Command("kvp.pin", 2, 2, WRITE, Keys.ONE, this::pin));
        table.add(new Command("kvp.unpin", 1, 1, WRITE, Keys.ONE, this::unpin));
    }

    private void pin(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var key = arguments.key();
        long seconds = arguments.number();
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new RequestException("invalid time in 'kvp.pin' command: " + seconds
                    + " seconds are not allowed; allowed are 1 to " + MAX_SECONDS);
        }
        switch (session.values.pin(key, store.nowMillis() + seconds * MILLIS)) {
            case PINNED -> out.integer(1);
            case MISSING -> out.integer(0);
            case NO_ROOM -> out.integer(NO_ROOM);
        }
    }

    private void unpin(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        out.bool(session.values.unpin(arguments.key()));
    }
}
