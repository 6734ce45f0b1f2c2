package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.net.Protocol;
import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.net.Wire;
import dev.kvcachepool.cachenode.net.WireInput;
import dev.kvcachepool.cachenode.net.WireOutput;
import dev.kvcachepool.cachenode.pool.Doors;
import dev.kvcachepool.cachenode.share.ClientLeases;
import dev.kvcachepool.cachenode.share.SharedMemory;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.ValueSizes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** RESP2 and RESP3 over a store. Thread-safe. */
final class RespProtocol implements Protocol {
    private static final int INPUT_BYTES = 16 << 10;
    private static final int OUTPUT_BYTES = 8 << 10;
    private static final byte[] FULL = "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);

    private final BlockStore store;
    private final Doors doors;
    private final RespSettings settings;
    private final ProtocolCounters counters;
    private final NativeMisses nativeMisses;
    private final RequestMemory memory = RequestMemory.ofHeap();
    private final CommandTable table;
    private final @Nullable SharedMemory shared;

    /**
     * For the keys behind {@code doors}.
     *
     * @param store this node's own
     * @param sizes of the values that LMCache's native client expects
     * @param port for clients that ask for it
     * @param shared this node's memory for clients on its host; null where it is not shared
     */
    RespProtocol(
            RespSettings settings,
            BlockStore store,
            Doors doors,
            ValueSizes sizes,
            ProtocolCounters counters,
            int port,
            @Nullable SharedMemory shared) {
        this.shared = shared;
        this.store = store;
        this.doors = doors;
        this.settings = settings;
        this.counters = counters;
        this.nativeMisses = new NativeMisses(sizes, settings.lateMiss());
        this.table = new CommandTable(settings.maxArguments(), settings.access());
        new KeyCommands(store, nativeMisses, counters).addTo(table);
        new Expiries(store).addTo(table);
        new PinCommands(store).addTo(table);
        new ConnectionCommands(settings.access()).addTo(table);
        if (doors.knowsPeers()) {
            new PeerCommands(doors).addTo(table);
        }
        if (shared != null) {
            new LeaseCommands(store).addTo(table);
        }
        new ServerCommands(store, settings, new InfoText(store, counters, settings, port), port).addTo(table);
        counters.know(table.names());
    }

    /** All that this node knows. */
    Collection<Command> commands() {
        return table.all();
    }

    /** Misses that were answered as LMCache's native client needs it. */
    long paddedMisses() {
        return nativeMisses.paddedMisses();
    }

    @Override
    public String name() {
        return "resp";
    }

    @Override
    public ByteBuffer refusal() {
        return ByteBuffer.wrap(FULL);
    }

    @Override
    public void tidy() {
        store.tidy();
        doors.tidy();
        if (shared != null) {
            shared.tidy();
        }
    }

    @Override
    public void serve(Wire wire, long id) throws IOException {
        // Buffers of the thread's own, given back as it ends: many short connections leave nothing to collect.
        try (var buffers = Arena.ofConfined()) {
            var output = new WireOutput(wire, buffers.allocate(OUTPUT_BYTES).asByteBuffer());
            var input =
                    new WireInput(wire, output, buffers.allocate(INPUT_BYTES).asByteBuffer());
            try (var leases = shared == null ? null : shared.open(wire::close)) {
                serve(wire, input, new RespOutput(output), id, leases);
            }
        }
    }

    private void serve(Wire wire, WireInput input, RespOutput output, long id, @Nullable ClientLeases leases)
            throws IOException {
        var session = new Session(id, settings.access().newcomer(), doors.clients(input::isGone), wire::isNode);
        session.leases = leases;
        try (var share = memory.share()) {
            var arguments = new Arguments(new RespInput(input), settings, share);
            while (!session.closing && input.await()) {
                if (arguments.start(session.user == null)) {
                    table.run(session, arguments, output, counters);
                }
                share.giveBack();
            }
        } catch (ProtocolException e) {
            counters.error();
            output.error("ERR Protocol error: " + e.getMessage());
        } finally {
            session.dropStaged();
        }
        output.flush();
    }
}
