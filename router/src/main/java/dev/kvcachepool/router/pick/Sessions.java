package dev.kvcachepool.router.pick;

import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Where conversations whose prompts can't be looked up went last, and how long they were then: that much of the next prompt is
 * likely to be there still. Bounded: of more than {@value #MOST} sessions those that were used longest ago are forgotten, as is
 * one that has been silent for ten minutes. Names are kept as hashes. Not thread-safe.
 */
final class Sessions {
    static final int MOST = 1 << 16;
    static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Map<Long, Turn> turns = new LinkedHashMap<>(16, .75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Turn> eldest) {
            return size() > MOST;
        }
    };

    /**
     * A session's last request.
     *
     * @param tokens of its prompt, estimated
     */
    record Turn(String endpoint, long tokens, long at) {
        static final Turn NONE = new Turn("", 0, 0);

        /** How much of a later prompt {@code name} is likely to have, in tokens. */
        int tokensAt(String name) {
            return endpoint.equals(name) ? (int) Math.min(tokens, Integer.MAX_VALUE) : 0;
        }

        /** A prompt that can't be looked up counts in blocks of one token where something is known of it. */
        Steering.Plan of(Steering.Plan plan) {
            return tokens == 0 ? plan : plan.inTokens();
        }
    }

    /** Where the request's session went last; {@link Turn#NONE} where that is not known, or long ago. */
    Turn last(PickRequest request, long now) {
        if (request.caller().session().isEmpty()) {
            return Turn.NONE;
        }
        var turn = turns.get(key(request));
        return turn == null || now - turn.at > LONGEST_NANOS ? Turn.NONE : turn;
    }

    /** A request of so many tokens was sent to {@code endpoint}. */
    void sent(PickRequest request, String endpoint, long tokens, long now) {
        if (!request.caller().session().isEmpty()) {
            turns.put(key(request), new Turn(endpoint, tokens, now));
        }
    }

    /** Of another tenant's session of the same name nothing is known. */
    private static long key(PickRequest request) {
        var caller = request.caller();
        var name = String.join("\0", request.model(), request.salt(), caller.tenant(), caller.session());
        return Hashing.xxh3_64().hashBytesToLong(name.getBytes(StandardCharsets.UTF_8));
    }
}
