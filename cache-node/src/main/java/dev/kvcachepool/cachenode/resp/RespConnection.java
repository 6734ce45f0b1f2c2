package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.pool.Doors;
import java.io.IOException;
import java.lang.foreign.Arena;

/** One client, served request after request by its own thread until either side ends it. */
final class RespConnection implements Runnable {
    private static final int INPUT_BYTES = 16 << 10;
    private static final int OUTPUT_BYTES = 8 << 10;

    private final Wire wire;
    private final long id;
    private final Doors doors;
    private final CommandTable table;
    private final RespSettings settings;
    private final RespCounters counters;
    private final Runnable onEnd;

    RespConnection(
            Wire wire,
            long id,
            Doors doors,
            CommandTable table,
            RespSettings settings,
            RespCounters counters,
            Runnable onEnd) {
        this.wire = wire;
        this.id = id;
        this.doors = doors;
        this.table = table;
        this.settings = settings;
        this.counters = counters;
        this.onEnd = onEnd;
    }

    @Override
    public void run() {
        // Buffers of the thread's own, given back as it ends: many short connections leave nothing to collect.
        try (wire;
                var memory = Arena.ofConfined()) {
            var output = new RespOutput(wire, memory.allocate(OUTPUT_BYTES).asByteBuffer());
            var input = new RespInput(wire, output, memory.allocate(INPUT_BYTES).asByteBuffer());
            serve(input, output);
        } catch (IOException e) {
            // The client is gone, or was closed for stalling: its request ends here, whatever it held is freed.
        } finally {
            onEnd.run();
        }
    }

    private void serve(RespInput input, RespOutput output) throws IOException {
        var session = new Session(id, settings.password() == null, doors.clients());
        var arguments = new Arguments(input, settings);
        try {
            while (!session.closing && input.await()) {
                if (arguments.start(!session.authenticated)) {
                    table.run(session, arguments, output, counters);
                }
            }
        } catch (ProtocolException e) {
            counters.protocolErrors.increment();
            output.error("ERR Protocol error: " + e.getMessage());
        } finally {
            session.dropStaged();
        }
        output.flush();
    }
}
