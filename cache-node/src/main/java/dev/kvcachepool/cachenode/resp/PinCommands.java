package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.resp.Command.Keys;
import dev.kvcachepool.cachenode.resp.Command.Right;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.PinResult;
import dev.kvcachepool.cachenode.store.WarmResult;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Commands that keep chunks from being evicted for a time that the client says, or bring them into memory: the chunk of a key,
 * wherever in the pool it is, or many by what adverts call them, of this node's own.
 */
final class PinCommands {
    private static final Set<String> WRITE = Set.of("write", "fast");
    /** A year of 366 days. */
    private static final long MAX_SECONDS = 31_622_400;

    private static final long MILLIS = 1000;
    private static final int NO_ROOM = -1;
    private static final int READING = 2;
    private static final int MOST_BLOCKS = 1024;
    private static final int NAMESPACE_DIGITS = 16;
    private static final int HASH_DIGITS = 32;

    private final BlockStore store;

    PinCommands(BlockStore store) {
        this.store = store;
    }

    void addTo(CommandTable table) {
        table.add(new Command("kvp.pin", 2, 2, WRITE, Keys.ONE, Right.KEYS, this::pin));
        table.add(new Command("kvp.unpin", 1, 1, WRITE, Keys.ONE, Right.KEYS, this::unpin));
        table.add(new Command("kvp.pinblocks", 3, 2 + MOST_BLOCKS, WRITE, Keys.NONE, Right.ALL_KEYS, this::pinBlocks));
        table.add(new Command(
                "kvp.unpinblocks", 2, 1 + MOST_BLOCKS, WRITE, Keys.NONE, Right.ALL_KEYS, this::unpinBlocks));
        table.add(
                new Command("kvp.warmblocks", 2, 1 + MOST_BLOCKS, WRITE, Keys.NONE, Right.ALL_KEYS, this::warmBlocks));
    }

    private void pin(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        var key = arguments.key();
        long until = until("kvp.pin", arguments);
        out.integer(answer(session.values.pin(key, until)));
    }

    private long until(String command, Arguments arguments) throws IOException, RequestException {
        long seconds = arguments.number();
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new RequestException("invalid time in '" + command + "' command: " + seconds
                    + " seconds are not allowed; allowed are 1 to " + MAX_SECONDS);
        }
        return store.nowMillis() + seconds * MILLIS;
    }

    private static int answer(PinResult result) {
        return switch (result) {
            case PINNED -> 1;
            case MISSING -> 0;
            case NO_ROOM -> NO_ROOM;
        };
    }

    private void pinBlocks(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        long until = until("kvp.pinblocks", arguments);
        each(blocks(arguments), block -> answer(store.blocks().pin(block, until)), out);
    }

    private void unpinBlocks(Session session, Arguments arguments, RespOutput out)
            throws IOException, RequestException {
        each(blocks(arguments), block -> store.blocks().unpin(block) ? 1 : 0, out);
    }

    private void warmBlocks(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        each(blocks(arguments), block -> answer(store.blocks().warm(block)), out);
    }

    private static int answer(WarmResult result) {
        return switch (result) {
            case IN_MEMORY -> 1;
            case READING -> READING;
            case MISSING -> 0;
            case NO_ROOM -> NO_ROOM;
        };
    }

    private static void each(List<BlockId> blocks, ToIntFunction<BlockId> action, RespOutput out) throws IOException {
        out.array(blocks.size());
        for (var block : blocks) {
            out.integer(action.applyAsInt(block));
        }
    }

    /** A namespace and hashes, all read before anything is done: a mistake in the last one leaves nothing half done. */
    private static List<BlockId> blocks(Arguments arguments) throws IOException, RequestException {
        var namespace = new Namespace(hex("namespace", arguments.text(), NAMESPACE_DIGITS, 0));
        var blocks = new ArrayList<BlockId>(arguments.left());
        while (arguments.hasNext()) {
            var digits = arguments.text();
            var high = hex("hash", digits, HASH_DIGITS, 0);
            blocks.add(new BlockId(namespace, new BlockHash(high, hex("hash", digits, HASH_DIGITS, NAMESPACE_DIGITS))));
        }
        return blocks;
    }

    /** The 64 bits from digit {@code from} on. */
    private static long hex(String what, String text, int digits, int from) throws RequestException {
        if (text.length() != digits || !text.chars().allMatch(HexFormat::isHexDigit)) {
            throw new RequestException("invalid " + what + " '" + RespOutput.printable(text, HASH_DIGITS)
                    + "': allowed are " + digits + " hex digits");
        }
        return HexFormat.fromHexDigitsToLong(text, from, from + NAMESPACE_DIGITS);
    }

    private void unpin(Session session, Arguments arguments, RespOutput out) throws IOException, RequestException {
        out.bool(session.values.unpin(arguments.key()));
    }
}
