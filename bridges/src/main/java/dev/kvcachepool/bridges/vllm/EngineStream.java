package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.bridges.vllm.KvEvent.AllBlocksCleared;
import java.util.Arrays;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One engine's numbered messages, from which its blocks follow as long as none is missing.
 *
 * <ol>
 *   <li>The next number: applied. A number that a replay has brought already: passed over.
 *   <li>A higher one, or a connection that came anew: the messages from the last applied one on are asked for again. If the
 *       first that comes is that very message, the engine is the same, and what follows is applied.
 *   <li>Otherwise, and where a live number does not rise, or a message cannot be read: nothing is known of the engine's
 *       blocks any more. They are cleared, which is another incarnation, and all that the engine still has is asked for and
 *       applied: it may lack the beginning, which makes blocks that are not known, and none that are not there.
 * </ol>
 *
 * <p>Confined to one thread.
 */
final class EngineStream {
    private static final Logger LOG = Logger.getLogger(EngineStream.class);
    private static final long NONE = -1;

    private final String engine;
    private final EngineBlocks blocks;
    private final Runnable renew;
    private final @Nullable Replay replay;
    private final StreamCounters counters;
    private long last = NONE;
    private byte[] lastMessage = {};
    private long live = NONE;

    /**
     * A stream of which nothing has come yet.
     *
     * @param renew what was said of the engine is void
     * @param replay null where the engine offers none
     */
    EngineStream(String engine, EngineBlocks blocks, Runnable renew, @Nullable Replay replay, StreamCounters counters) {
        this.engine = engine;
        this.blocks = blocks;
        this.renew = renew;
        this.replay = replay;
        this.counters = counters;
    }

    /** A connection is there, the first or another: it may be to another process. */
    void connected() {
        live = NONE;
        catchUp();
    }

    /** Something may have been said before it could be heard: asks for what came after the last message known. */
    void lookAgain() {
        if (replay != null) {
            catchUp();
        }
    }

    /** A message came. */
    void take(long sequence, byte[] message) {
        if (live != NONE && sequence <= live) {
            lose("its numbers went from " + live + " to " + sequence);
            catchUp();
        } else if (sequence > last + 1 && (last != NONE || replay != null)) {
            counters.gap();
            catchUp();
        }
        live = sequence;
        if (sequence <= last) {
            return;
        }
        if (last != NONE && sequence != last + 1) {
            lose("messages " + (last + 1) + " to " + (sequence - 1) + " are lost");
        }
        apply(sequence, message);
    }

    /** Something came that is no message of an engine's: what was meant is not known. */
    void unreadable() {
        counters.malformed();
        lose("a message is not made of topic, number and events");
    }

    private void catchUp() {
        if (replay == null) {
            lose("what it sent meanwhile cannot be asked for");
            return;
        }
        if (last != NONE && goOn(replay)) {
            return;
        }
        lose("it is another process, or no longer has what was missed");
        counters.replay();
        var complete = replay.from(0, (sequence, message) -> {
            if (last != NONE && sequence != last + 1) {
                lose("its replay lacks messages " + (last + 1) + " to " + (sequence - 1));
            }
            apply(sequence, message);
            return true;
        });
        if (!complete) {
            lose("its replay did not end in time");
        }
    }

    /** From the last message on; whether the engine is the same and has all. */
    private boolean goOn(Replay from) {
        counters.replay();
        long known = last;
        var same = new boolean[1];
        var complete = from.from(known, (sequence, message) -> {
            if (!same[0]) {
                same[0] = sequence == known && Arrays.equals(message, lastMessage);
                return same[0];
            }
            if (sequence != last + 1) {
                same[0] = false;
                return false;
            }
            apply(sequence, message);
            return true;
        });
        return complete && same[0];
    }

    private void apply(long sequence, byte[] message) {
        last = sequence;
        lastMessage = message;
        try {
            var batch = KvEventDecoder.decode(message);
            counters.batch(batch);
            for (var event : batch.events()) {
                blocks.apply(event);
                if (event instanceof AllBlocksCleared) {
                    renew.run();
                }
            }
        } catch (MalformedEventException e) {
            counters.malformed();
            forget("message " + sequence + " cannot be read: " + e.getMessage());
        }
    }

    /** Nothing is known any more, not even which process it is. */
    private void lose(String why) {
        if (last != NONE) {
            forget(why);
        }
        last = NONE;
        lastMessage = new byte[0];
    }

    private void forget(String why) {
        counters.loss();
        LOG.infof("engine %s: %s; its blocks are not known any more", engine, why);
        blocks.clear();
        renew.run();
    }
}
