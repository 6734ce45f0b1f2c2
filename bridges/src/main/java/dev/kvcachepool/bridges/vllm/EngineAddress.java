package dev.kvcachepool.bridges.vllm;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where an engine says what happens to its blocks.
 *
 * @param engine its name: the pod's, and that of the router's endpoint
 * @param host of its publisher
 * @param port of its first data-parallel rank; rank r has the r-th after it
 * @param replayHost where what was missed can be asked for; null where it cannot
 * @param replayPort of its first data-parallel rank; 0 without one
 * @param ranks data-parallel ranks, each with blocks of its own
 * @param model that it serves; empty for the only one that the pool declares
 */
public record EngineAddress(
        String engine, String host, int port, @Nullable String replayHost, int replayPort, int ranks, String model) {
    /** How one is written, for messages. */
    public static final String FORM = "NAME=tcp://HOST:PORT[,replay=tcp://HOST:PORT][,ranks=1 to 64][,model=NAME]";

    private static final int MOST_RANKS = 64;
    private static final int MOST_PORT = 65_535;
    private static final Pattern WRITTEN =
            Pattern.compile("(?<name>[A-Za-z0-9._-]{1,128})=(?<events>[^,]+)(?<rest>(,.*)?)");
    private static final Pattern TCP =
            Pattern.compile("tcp://(?<host>\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]{1,253}):(?<port>[0-9]{1,5})");

    /**
     * Reads {@link #FORM}.
     *
     * @throws IllegalArgumentException if {@code text} is none
     */
    public static EngineAddress parse(String text) {
        var written = matched(WRITTEN, text);
        var events = matched(TCP, written.group("events"));
        Matcher replay = null;
        int ranks = 1;
        var model = "";
        for (var option : written.group("rest").split(",", -1)) {
            int equals = option.indexOf('=');
            var value = option.substring(equals + 1);
            switch (equals < 0 ? "" : option.substring(0, equals)) {
                case "replay" -> replay = matched(TCP, value);
                case "ranks" -> ranks = number(value, MOST_RANKS);
                case "model" -> model = value;
                default -> {
                    if (!option.isEmpty()) {
                        throw bad();
                    }
                }
            }
        }
        int last = ranks - 1;
        return new EngineAddress(
                written.group("name"),
                events.group("host"),
                number(events.group("port"), MOST_PORT - last),
                replay == null ? null : replay.group("host"),
                replay == null ? 0 : number(replay.group("port"), MOST_PORT - last),
                ranks,
                model);
    }

    private static Matcher matched(Pattern form, String text) {
        var matcher = form.matcher(text);
        if (!matcher.matches()) {
            throw bad();
        }
        return matcher;
    }

    private static int number(String text, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw bad();
        }
        throw bad();
    }

    private static IllegalArgumentException bad() {
        return new IllegalArgumentException("not of the form " + FORM);
    }

    /** ZMQ's address of a rank's events. */
    String events(int rank) {
        return "tcp://" + host + ":" + (port + rank);
    }

    /** ZMQ's address to ask a rank for what was missed; null without one. */
    @Nullable
    String replay(int rank) {
        return replayHost == null ? null : "tcp://" + replayHost + ":" + (replayPort + rank);
    }

    /** A rank's name among this engine's. */
    String rankName(int rank) {
        return ranks == 1 ? engine : engine + "/dp" + rank;
    }
}
