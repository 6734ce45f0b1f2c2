package dev.kvcachepool.operator.pin;

import dev.kvcachepool.crds.PrefixPin;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.ResourceIDMapper;
import io.javaoperatorsdk.operator.processing.event.source.polling.PerResourcePollingConfigurationBuilder;
import io.javaoperatorsdk.operator.processing.event.source.polling.PerResourcePollingEventSource;
import java.util.concurrent.ScheduledExecutorService;

/** Has each pin renewed for as long as it is there, and let go once it is not. */
final class PinRenewals extends PerResourcePollingEventSource<PinFindings, PrefixPin, String> {
    private final PinProbe probe;

    PinRenewals(EventSourceContext<PrefixPin> context, PinProbe probe, ScheduledExecutorService threads) {
        super(
                PinFindings.class,
                context,
                new PerResourcePollingConfigurationBuilder<PinFindings, PrefixPin, String>(probe, PinProbe.TICK)
                        .withName("renewals")
                        .withResourceIDMapper(ResourceIDMapper.singleResourceResourceIDMapper())
                        .withExecutorService(threads)
                        .build());
        this.probe = probe;
    }

    @Override
    public void onResourceDeleted(PrefixPin pin) {
        super.onResourceDeleted(pin);
        probe.deleted(pin);
    }
}
