package dev.kvcachepool.prefixadvert.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.BlockChain;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LearningTest {
    private static final long NAMESPACE = 1;
    private static final int BLOCKS = 100;

    private final Tally tally = new Tally();
    private final Runs runs = new Runs(tally, new Generations(tally));
    private final HolderIds ids = new HolderIds();
    private final BlockTable table = new BlockTable(new HolderSets(tally), tally, runs);
    private final Lessons lessons = new Lessons();
    private final Learning learning = new Learning(Map.of(NAMESPACE, table), lessons);
    private final BlockChain chain = BlockChain.hashed(
            IntStream.range(0, BLOCKS).mapToObj(i -> new BlockHash(i, 7)).toList());

    @Test
    void aWritePaysForABlockAndNotForAllThatIsToBeLearnt() {
        // Given
        put(0, BLOCKS);
        lessons.offer(NAMESPACE, chain);

        // When
        IntStream.range(0, BLOCKS / 2).forEach(i -> learning.onWrite());

        // Then
        assertThat(inRuns()).isBetween(2, BLOCKS / 2);

        // When
        IntStream.range(0, BLOCKS).forEach(i -> learning.onWrite());

        // Then
        assertThat(inRuns()).isEqualTo(BLOCKS);
        assertThat(lessons.isEmpty()).isTrue();
    }

    @Test
    void leapsOverWhatIsInARunAndLearnsTheRest() {
        // Given
        put(0, BLOCKS / 2);
        lessons.offer(NAMESPACE, chain);
        learning.finish();
        put(BLOCKS / 2, BLOCKS);

        // When
        boolean known = table.join(mixed(0), mixed(1));
        int leapt = table.learn(chain, 1);
        lessons.offer(NAMESPACE, chain);
        learning.finish();

        // Then
        assertThat(known).isTrue();
        assertThat(leapt).isEqualTo(BLOCKS / 2 - 1);
        assertThat(inRuns()).isEqualTo(BLOCKS);
    }

    @Test
    void endsWhereABlockIsNotThere() {
        // Given
        put(0, 10);
        put(11, BLOCKS);
        lessons.offer(NAMESPACE, chain);
        lessons.offer(2, chain);

        // When
        learning.finish();

        // Then
        assertThat(inRuns()).isEqualTo(10);
    }

    private void put(int from, int to) {
        var eviction = new Eviction(Long.MAX_VALUE, tally, ids, runs, Map.of(), namespace -> {});
        int holding = Holding.of(ids.assign(1), Shapes.SINGLE, 1);
        List.copyOf(chain).subList(from, to).forEach(hash -> table.put(Mix.of(hash), holding, ids, eviction));
    }

    private int inRuns() {
        return (int) IntStream.range(0, BLOCKS).filter(this::isInRun).count();
    }

    private boolean isInRun(int block) {
        var place = table.place(mixed(block));
        return place != null && runs.at(place.note(), mixed(block)) != null;
    }

    private long mixed(int block) {
        return Mix.of(chain.get(block));
    }
}
