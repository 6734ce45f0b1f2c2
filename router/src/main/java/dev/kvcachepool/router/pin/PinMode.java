package dev.kvcachepool.router.pin;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is to be done with a prefix where it is held. */
public enum PinMode {
    /** Kept from eviction for a while. */
    PIN("pinned", "KVP.PINBLOCKS"),
    /** Brought from disk into memory, as far as there is room. */
    WARM("warm", "KVP.WARMBLOCKS"),
    /** Kept no longer. */
    END("ended", "KVP.UNPINBLOCKS");

    private final String done;
    private final String command;

    PinMode(String done, String command) {
        this.done = done;
        this.command = command;
    }

    /** As requests and metrics name it. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What a block is then, as answers name it. */
    public String done() {
        return done;
    }

    /** The cache-nodes' command. */
    String command() {
        return command;
    }

    public static Optional<PinMode> ofId(String id) {
        return Arrays.stream(values()).filter(mode -> mode.id().equals(id)).findFirst();
    }

    /** All of them, for messages. */
    public static String ids() {
        return Arrays.stream(values()).map(PinMode::id).collect(Collectors.joining(", "));
    }
}
