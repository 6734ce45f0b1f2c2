package dev.kvcachepool.cachenode.lm;

import dev.kvcachepool.cachenode.net.Protocol;
import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.net.Wire;
import dev.kvcachepool.cachenode.net.WireInput;
import dev.kvcachepool.cachenode.net.WireOutput;
import dev.kvcachepool.cachenode.store.KeyValues;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** {@code lm://} over keys and values. Thread-safe. */
final class LmProtocol implements Protocol {
    private static final int INPUT_BYTES = 16 << 10;
    private static final int OUTPUT_BYTES = 4 << 10;

    private final Function<BooleanSupplier, KeyValues> values;
    private final long largest;
    private final ProtocolCounters counters;

    /**
     * For {@code values}.
     *
     * @param values of a connection, by whether its client has gone away
     * @param largest bytes of the largest payload to be stored
     */
    LmProtocol(Function<BooleanSupplier, KeyValues> values, long largest, ProtocolCounters counters) {
        this.values = values;
        this.largest = largest;
        this.counters = counters;
        counters.know(LmCommand.labels());
    }

    @Override
    public String name() {
        return "lm";
    }

    @Override
    public void serve(Wire wire, long id) throws IOException {
        try (var buffers = Arena.ofConfined()) {
            var output = new WireOutput(wire, buffers.allocate(OUTPUT_BYTES).asByteBuffer());
            var input =
                    new WireInput(wire, output, buffers.allocate(INPUT_BYTES).asByteBuffer());
            new LmConnection(input, output, values.apply(input::isGone), largest, counters).serve();
        }
    }
}
