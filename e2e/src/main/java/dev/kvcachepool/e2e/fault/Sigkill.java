package dev.kvcachepool.e2e.fault;

import java.util.regex.Pattern;
import redis.clients.jedis.Jedis;

/** The end of a process as a power cut would make it: no handler runs, nothing is flushed. */
public final class Sigkill {
    private static final Pattern PROCESS = Pattern.compile("process_id:(\\d+)");

    private Sigkill() {}

    /**
     * Kills the cache-node at the other end of a connection.
     *
     * @throws IllegalStateException when it does not run on this machine
     */
    public static void of(Jedis node) {
        var matcher = PROCESS.matcher(node.info("server"));
        if (!matcher.find()) {
            throw new IllegalStateException("the node does not say which process it is");
        }
        long pid = Long.parseLong(matcher.group(1));
        var process = ProcessHandle.of(pid)
                .orElseThrow(() -> new IllegalStateException("process " + pid + " is not on this machine"));
        process.destroyForcibly();
        process.onExit().join();
    }
}
