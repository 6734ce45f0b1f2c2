package dev.kvcachepool.router.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.router.pick.FakeAdverts;
import dev.kvcachepool.router.pick.TestPool;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What tests of an exchange begin with and end by: two engines, each with a cache-node, and nothing left over. */
abstract class ExchangeOfTwoEngines {
    static final String STREAMING = "{\"model\":\"llama\",\"stream\":true,\"prompt\":[1,2,3,4,5,6,7,8]}";

    final FakeAdverts adverts = new FakeAdverts()
            .node("n0", Liveness.FRESH, FakeAdverts.MODEL)
            .node("n1", Liveness.FRESH, FakeAdverts.MODEL);
    final TestPool pool = TestPool.of(adverts, List.of("e0=http://10.0.0.1:8000@n0", "e1=http://10.0.0.2:8000@n1"));
    final HandDriven driven = new HandDriven(pool);
    final RecordingOutlet outlet = driven.outlet;

    /** However an exchange went, nothing of it stays once the gateway has closed the stream. */
    @AfterEach
    void nothingStays() {
        driven.exchange.closed();
        driven.exchange.flushed();
        assertThat(driven.admission.inFlight()).isZero();
        assertThat(pool.outstanding()).isZero();
    }
}
