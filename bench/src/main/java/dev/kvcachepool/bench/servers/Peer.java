package dev.kvcachepool.bench.servers;

import java.io.IOException;

/** A server that can be measured. */
public interface Peer {
    /** As flags and tables have it. */
    String name();

    /** What is measured, e.g. {@code 7.0.15}. */
    String version() throws IOException, InterruptedException;

    /** Starts one of its own for the caller, who closes it; folders and leftovers are the workplace's. */
    RunningServer start(Workplace workplace, Room room) throws IOException, InterruptedException;
}
