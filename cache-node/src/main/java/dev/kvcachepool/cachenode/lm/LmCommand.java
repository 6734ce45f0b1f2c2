package dev.kvcachepool.cachenode.lm;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client may ask. */
enum LmCommand {
    PUT(1, "put"),
    GET(2, "get"),
    EXIST(3, "exist"),
    LIST(4, "list"),
    HEALTH(5, "health");

    /** For metrics. */
    final String label;

    private final int code;

    LmCommand(int code, String label) {
        this.code = code;
        this.label = label;
    }

    static @Nullable LmCommand of(int code) {
        for (var command : values()) {
            if (command.code == code) {
                return command;
            }
        }
        return null;
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(command -> command.label).toList();
    }
}
