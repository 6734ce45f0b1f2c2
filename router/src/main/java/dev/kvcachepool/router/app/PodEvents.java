package dev.kvcachepool.router.app;

import dev.kvcachepool.bridges.vllm.EngineAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Where engine pods publish vLLM's KV events, the same in each.
 *
 * @param port of the first data-parallel rank; rank r has the r-th after it
 * @param replayPort where the first rank is asked for what was missed; 0 where none is
 * @param ranks data-parallel ranks of each pod
 * @param model that they serve; empty for the only one that the pool declares
 * @param most pods that are listened to
 */
record PodEvents(int port, int replayPort, int ranks, String model, int most) {
    /** How one is written, for messages. */
    static final String FORM = "port=PORT[,replay=PORT][,ranks=1 to 64][,model=NAME][,most=1 to 1024 pods]";

    private static final int MOST_RANKS = 64;
    private static final int MOST_PODS = 1024;
    private static final int MOST_PORT = 65_535;
    private static final int MOST_MODEL = 200;
    private static final int DEFAULT_MOST = 64;
    private static final Set<String> FIELDS = Set.of("port", "replay", "ranks", "model", "most");

    /**
     * Reads {@link #FORM}.
     *
     * @throws IllegalArgumentException if {@code text} is none, which names the field
     */
    static PodEvents parse(String text) {
        var fields = new HashMap<String, String>();
        for (var field : Arrays.asList(text.split(",", -1))) {
            int equals = field.indexOf('=');
            var name = equals < 0 ? field : field.substring(0, equals);
            if (equals < 0 || !FIELDS.contains(name) || fields.put(name, field.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("'" + field + "' is no field, or there twice");
            }
        }
        int ranks = number(fields, "ranks", 1, MOST_RANKS);
        var model = fields.getOrDefault("model", "");
        if (model.length() > MOST_MODEL || (model.isEmpty() && fields.containsKey("model"))) {
            throw new IllegalArgumentException("model is 1 to " + MOST_MODEL + " characters");
        }
        return new PodEvents(
                port(fields, "port", ranks),
                fields.containsKey("replay") ? port(fields, "replay", ranks) : 0,
                ranks,
                model,
                number(fields, "most", DEFAULT_MOST, MOST_PODS));
    }

    /** The last rank's port must be one, too. */
    private static int port(Map<String, String> fields, String name, int ranks) {
        return number(fields, name, 0, MOST_PORT - ranks + 1);
    }

    private static int number(Map<String, String> fields, String name, int otherwise, int most) {
        var text = fields.get(name);
        int number = text == null ? otherwise : text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (number < 1 || number > most) {
            throw new IllegalArgumentException(name + " is 1 to " + most);
        }
        return number;
    }

    /** Those of a pod. */
    EngineAddress of(String pod, String host) {
        return new EngineAddress(pod, host, port, replayPort == 0 ? null : host, replayPort, ranks, model);
    }
}
