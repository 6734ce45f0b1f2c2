package dev.kvcachepool.operator.pin;

import dev.kvcachepool.crds.PrefixPinStatus.PoolPins;
import dev.kvcachepool.operator.status.Trouble;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of the last renewal of a pin.
 *
 * @param generation of the specification that it was made for
 * @param expired its time is over
 * @param wrong what kept it from being tried at all; null where nothing did
 * @param pools in the order of the specification; empty where it was not tried
 */
record PinFindings(
        long generation, boolean expired, @Nullable Trouble wrong, List<PoolFinding> pools) {
    PinFindings {
        pools = List.copyOf(pools);
    }

    /**
     * What one pool made of it.
     *
     * @param trouble why it did not do all that it was asked; null where it did
     * @param degraded whether that may need a human
     */
    record PoolFinding(PoolPins pins, @Nullable Trouble trouble, boolean degraded) {
        static PoolFinding failed(String pool, String reason, boolean degraded, String message) {
            var trouble = new Trouble(reason, message);
            return new PoolFinding(
                    new PoolPins(pool, null, null, null, trouble.message(), List.of()), trouble, degraded);
        }
    }
}
