package dev.kvcachepool.router.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.router.pick.FakeAdverts;
import dev.kvcachepool.router.pick.TestPool;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a gateway sends, in whatever order: the exchange keeps its promises, and nothing of it stays. */
class PickerExchangeFuzzTest {
    private static final int EXCHANGES = 20_000;
    private static final int MOST_STEPS = 14;
    private static final List<String> BODIES =
            List.of("", "{", "{}", "{\"prompt\":\"x\"}", "\"stream\":true}", "\0\1", "{\"prompt\":[1,2,3,4],", "[]");

    private final TestPool pool = TestPool.of(
            new FakeAdverts().node("n0", Liveness.FRESH, FakeAdverts.MODEL),
            List.of("e0=http://10.0.0.1:8000@n0", "e1=http://10.0.0.2:8000"));

    @Test
    void noSequenceBreaksIt() {
        var seed = Long.getLong("fuzz.seed", System.nanoTime());
        System.out.println("PickerExchangeFuzzTest seed " + seed);
        var random = new Random(seed);
        for (int i = 0; i < EXCHANGES; i++) {
            // Given
            var driven = new HandDriven(pool);
            var subset = subset(random);

            // When
            for (int steps = random.nextInt(MOST_STEPS); steps >= 0; steps--) {
                step(driven, subset, random);
            }
            driven.exchange.gone();
            driven.exchange.flushed();

            // Then
            check(driven, subset);
        }
        assertThat(pool.outstanding()).as("seed " + seed).isZero();
    }

    private static void step(HandDriven driven, Subset subset, Random random) {
        var direction = random.nextBoolean() ? Direction.REQUEST : Direction.RESPONSE;
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> driven.headers(path(random), subset, modes(random), random.nextInt(4) == 0);
            case 3, 4 -> driven.body(BODIES.get(random.nextInt(BODIES.size())), random.nextBoolean());
            case 5 -> driven.exchange.on(new Inbound.Body(direction, ByteString.copyFrom(new byte[70_000]), false));
            case 6 -> driven.exchange.on(new Inbound.Trailers(direction));
            case 7 -> driven.answer(random.nextInt(600), "10.0.0.2:8000", random.nextBoolean(), random.nextBoolean());
            case 8 -> driven.answerBody("data", random.nextBoolean());
            case 9 -> driven.exchange.flushed();
            case 10 -> driven.advance(Duration.ofSeconds(random.nextInt(20)));
            default -> {
                if (!driven.outlet.asked.isEmpty()) {
                    driven.choose();
                }
            }
        }
    }

    private static void check(HandDriven driven, Subset subset) {
        var sent = driven.outlet.sent;
        var refusals = driven.outlet.sent(Outbound.Refuse.class);
        var routes = driven.outlet.sent(Outbound.Route.class);
        assertThat(refusals.size() + routes.size()).as("%s", sent).isLessThanOrEqualTo(1);
        if (!refusals.isEmpty()) {
            assertThat(sent).as("nothing after a refusal").last().isInstanceOf(Outbound.Refuse.class);
        }
        for (int i = 0; i < sent.size(); i++) {
            if (sent.get(i) instanceof Outbound.PassBody pass) {
                var head = pass.direction() == Direction.REQUEST
                        ? Outbound.Route.class
                        : Outbound.PassResponseHeaders.class;
                assertThat(sent.subList(0, i)).as("the head first").anyMatch(head::isInstance);
                assertThat(pass.bytes().size()).isLessThanOrEqualTo(RequestSide.CHUNK_BYTES);
            }
        }
        if (subset.given()) {
            assertThat(routes)
                    .flatExtracting(route -> Arrays.asList(route.destinations().split(",", -1)))
                    .allMatch(subset.addresses()::contains);
        }
        assertThat(driven.admission.inFlight()).as("%s", sent).isZero();
    }

    private static Subset subset(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> Subset.ALL;
            case 1 -> HandDriven.subset("10.0.0.2:8000");
            default -> HandDriven.subset("10.0.0.3:8000", "");
        };
    }

    private static BodyModes modes(Random random) {
        var all = BodyModes.Mode.values();
        return random.nextBoolean()
                ? BodyModes.UNSAID
                : new BodyModes(all[random.nextInt(all.length)], all[random.nextInt(all.length)]);
    }

    private static String path(Random random) {
        return random.nextBoolean() ? "/v1/completions" : "/";
    }
}
