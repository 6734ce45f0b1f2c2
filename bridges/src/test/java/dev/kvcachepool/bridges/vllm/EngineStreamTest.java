package dev.kvcachepool.bridges.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EngineStreamTest implements Replay {
    private static final ModelSpec MODEL = new ModelSpec("m", HashScheme.LMCACHE_BLAKE3.id(), 1, List.of());

    private final EngineBlocks blocks = new EngineBlocks(
            new Lineages("", () -> List.of(MODEL), new SaltKey("k"), ""), 1000, InstantSource.system());
    private final AtomicInteger renewals = new AtomicInteger();
    private final TreeMap<Long, byte[]> kept = new TreeMap<>();
    private final List<Long> asked = new ArrayList<>();
    private boolean answers = true;

    @Override
    public boolean from(long start, Taker taker) {
        asked.add(start);
        for (var message : kept.tailMap(start).entrySet()) {
            if (!taker.take(message.getKey(), message.getValue())) {
                return true;
            }
        }
        return answers;
    }

    @Test
    void whatAReplayHasBroughtIsNotAppliedTwice() {
        // Given
        var stream = stream(this);
        keep(0, 1, 2);
        stream.connected();
        // When the live messages come that were sent during the replay
        stream.take(1, message(1));
        stream.take(2, message(2));
        stream.take(3, message(3));
        // Then
        assertThat(held()).isEqualTo(4);
        assertThat(renewals).hasValue(0);
        assertThat(asked).containsExactly(0L);
    }

    @Test
    void aGapIsAskedForFromTheLastOneThatIsKnown() {
        // Given
        var stream = stream(this);
        stream.take(0, message(0));
        keep(0, 1, 2, 3);
        // When
        stream.take(3, message(3));
        // Then
        assertThat(held()).isEqualTo(4);
        assertThat(asked).containsExactly(0L);
        assertThat(renewals).hasValue(0);
    }

    @Test
    void anotherProcessWithHigherNumbersIsFoundOut() {
        // Given an engine that was restarted, unseen, and has sent more than the first had
        var stream = stream(this);
        stream.take(0, message(0));
        stream.take(1, message(1));
        kept.putAll(Map.of(0L, message(10), 1L, message(11), 2L, message(12)));
        // When
        stream.take(2, message(12));
        stream.take(4, message(14));
        // Then what the first had is gone, as is what cannot have been applied to the second
        assertThat(held()).isEqualTo(1);
        assertThat(renewals).hasPositiveValue();
    }

    @Test
    void aConnectionThatComesAnewMayBeToAnother() {
        // Given
        var stream = stream(this);
        stream.take(0, message(0));
        keep(5);
        // When
        stream.connected();
        // Then
        assertThat(held()).isEqualTo(1);
        assertThat(renewals).hasValue(1);
        assertThat(asked).containsExactly(0L, 0L);
    }

    @Test
    void numbersThatFallAreARestart() {
        // Given
        var stream = stream(null);
        stream.take(4, message(4));
        stream.take(5, message(5));
        // When
        stream.take(0, message(9));
        // Then
        assertThat(held()).isEqualTo(1);
        assertThat(renewals).hasValue(1);
    }

    @Test
    void aReplayThatIsNotAnsweredLeavesNothingKnown() {
        // Given
        var stream = stream(this);
        stream.take(0, message(0));
        answers = false;
        keep(0, 1);
        // When
        stream.take(2, message(2));
        // Then only what came since
        assertThat(held()).isEqualTo(1);
        assertThat(renewals).hasPositiveValue();
    }

    @Test
    void aReplayWithAHoleIsNotBelievedBeforeIt() {
        // Given
        var stream = stream(this);
        keep(0, 1, 3);
        // When
        stream.connected();
        // Then
        assertThat(held()).isEqualTo(1);
        assertThat(renewals).hasValue(1);
    }

    @Test
    void whatTheEngineClearsIsAnotherIncarnation() {
        // Given
        var stream = stream(this);
        stream.take(0, message(0));
        // When
        stream.take(1, Encoding.MAPS.batch(List.of(Map.of("type", EventFields.CLEARED))));
        stream.take(2, message(2));
        // Then
        assertThat(held()).isEqualTo(1);
        assertThat(renewals).hasValue(1);
        assertThat(asked).isEmpty();
    }

    private EngineStream stream(@Nullable Replay replay) {
        return new EngineStream("engine", blocks, renewals::incrementAndGet, replay, new StreamCounters());
    }

    private void keep(long... numbers) {
        for (var number : numbers) {
            kept.put(number, message((int) number));
        }
    }

    private int held() {
        var count = new AtomicInteger();
        blocks.forEachWhole(block -> count.incrementAndGet());
        return count.get();
    }

    /** A prompt of one token. */
    private static byte[] message(int token) {
        return Encoding.MAPS.batch(List.of(Encoding.stored(List.of((long) token), null, List.of(token), 1)));
    }
}
