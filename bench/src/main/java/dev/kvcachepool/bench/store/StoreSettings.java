package dev.kvcachepool.bench.store;

import dev.kvcachepool.bench.servers.Transport;
import java.util.List;

/**
 * What is to be measured. Sizes and the working set, which is all values of a size together, in bytes; {@code millis} that a
 * cell takes in a round.
 */
record StoreSettings(
        List<String> servers,
        List<Transport> transports,
        List<Long> sizes,
        List<Integer> connections,
        int rounds,
        int millis,
        long workingSet) {}
