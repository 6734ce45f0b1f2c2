package dev.kvcachepool.bench.store;

import dev.kvcachepool.bench.servers.Transport;

/** One figure's place in the table; {@code size} of a value in bytes. */
record Cell(String server, Transport transport, Operation operation, long size, int connections) {
    /** The same at another server. */
    Cell at(String other) {
        return new Cell(other, transport, operation, size, connections);
    }

    /** The same with values of another size. */
    Cell of(long otherSize) {
        return new Cell(server, transport, operation, otherSize, connections);
    }
}
