package dev.kvcachepool.bench.servers;

import dev.kvcachepool.bench.wire.StoreClient;
import dev.kvcachepool.bench.wire.Wire;
import java.io.IOException;

/** How to speak over a new connection. */
@FunctionalInterface
interface Protocol {
    /** {@code size} of the values that are asked for, in bytes; {@code first}: the number of the connection's first value. */
    StoreClient over(Wire wire, long size, long first) throws IOException;
}
