package dev.kvcachepool.prefixadvert.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.kafka.HolderClaim;
import dev.kvcachepool.prefixadvert.kafka.SimulatedLinks;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which incarnation a holder claims. */
class ClaimTest {
    private static final AdvertTopics TOPICS = AdvertTopics.ofPool("p");
    private static final int CLAIMS = 200;
    private static final long SECOND_MICROS = 1L << 20;

    private final long seed = System.nanoTime();
    private final SimulatedTime time = new SimulatedTime();
    private final SimulatedBroker broker = new SimulatedBroker(new Random(seed), time, () -> {});

    @Test
    void whatIsStoredFromTheClaimOnIsOfItsLife() throws Exception {
        // Given topics in which the holder never said anything
        System.out.println("ClaimTest seed " + seed);
        broker.ensure(TOPICS, 1);
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, time.now());

        // When it claims, again and again, at the same reading of the clock
        var claimed = new HashSet<Long>();
        for (int i = 0; i < CLAIMS; i++) {
            claimed.add(claim(HolderClaim.Earlier.NONE));
        }

        // Then no claim is above the clock, or what it stores next would count as an earlier life's; and they differ
        assertThat(claimed).allMatch(incarnation -> incarnation <= now && incarnation > now - SECOND_MICROS);
        assertThat(claimed).hasSizeGreaterThan(CLAIMS / 2);
    }

    @Test
    void aClaimIsAboveTheHighestWhateverTheClockSays() throws Exception {
        // Given
        System.out.println("ClaimTest seed " + seed);
        broker.ensure(TOPICS, 1);
        long ahead = ChronoUnit.MICROS.between(Instant.EPOCH, time.now()) + 3_600_000_000L;

        // When
        long claimed = claim(new HolderClaim.Earlier(ahead, 0));

        // Then
        assertThat(claimed).isGreaterThan(ahead).isLessThanOrEqualTo(ahead + SECOND_MICROS);
    }

    private long claim(HolderClaim.Earlier earlier) throws Exception {
        try (var claim = SimulatedLinks.claim(broker, TOPICS, new HolderId("ann"), time::now, earlier)) {
            return claim.incarnation();
        }
    }
}
