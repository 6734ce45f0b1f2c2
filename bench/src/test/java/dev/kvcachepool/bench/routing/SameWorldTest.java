package dev.kvcachepool.bench.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.router.endpoint.EngineReport;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Numbers and figures that the public simulator's Python gave. */
class SameWorldTest {
    private static final int RATE = 8000;

    @Test
    void chanceIsPythons() {
        // Given
        var random = new PythonRandom(1);

        // When
        var numbers = new double[1001];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.random();
        }

        // Then
        assertThat(numbers[0]).isEqualTo(0.13436424411240122);
        assertThat(numbers[1]).isEqualTo(0.8474337369372327);
        assertThat(numbers[1000]).isEqualTo(0.4116430517162146);
    }

    @Test
    void thePeersPolicyComesToThePeersFigures() throws Exception {
        // Given
        var trace = Trace.read(Path.of(".."), "synthetic");
        var first = new Trace("first 800", trace.requests().subList(0, 800), trace.lines());

        for (int blocks : new int[] {500, 1000}) {
            // When
            var world = new World(8, RATE, blocks);
            world.run(first.requests(), new ExactTtft(world, RATE));

            // Then
            assertThat(world.figures())
                    .isEqualTo(
                            blocks == 500
                                    ? new Figures(.0506, 1.508, .552, 7.079, 1.132, 8.92)
                                    : new Figures(.0673, 1.49, .497, 6.959, 1.081, 8.75));
        }
    }

    @Test
    void engineReportsSayWhatWasThen() {
        // Given three requests of a second each
        var world = new World(1, 512, 10);
        var engine = world.engines().getFirst();
        for (int id = 0; id < 3; id++) {
            engine.serve(new Request(0, 512, 100, List.of(id)), 0, (block, held) -> {});
        }

        // When
        var during = engine.report(.5, 7);
        var later = engine.report(2.5, 8);
        var end = engine.report(3.5, 9);

        // Then decoding takes two seconds more
        assertThat(during).isEqualTo(new EngineReport(2, 1, 0, 7));
        assertThat(later.waiting()).isZero();
        assertThat(later.running()).isEqualTo(3);
        assertThat(end.running()).isEqualTo(2);
    }
}
