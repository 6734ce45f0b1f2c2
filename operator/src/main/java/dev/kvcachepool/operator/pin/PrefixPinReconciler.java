package dev.kvcachepool.operator.pin;

import dev.kvcachepool.crds.PrefixPin;
import dev.kvcachepool.crds.PrefixPinStatus;
import dev.kvcachepool.operator.events.Events;
import dev.kvcachepool.operator.events.Reason;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Says in the status of a PrefixPin how much of it is held, and where. {@link PinProbe} does the rest: nothing is applied, so
 * that a call which finds nothing new writes nothing. Deletion needs no step of its own: a pin is a lease, and lapses.
 */
@ControllerConfiguration(
        name = PrefixPinReconciler.NAME,
        fieldManager = PrefixPinReconciler.FIELD_MANAGER,
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.MINUTES))
public final class PrefixPinReconciler implements Reconciler<PrefixPin> {
    /** Name of the controller. */
    public static final String NAME = "prefixpin";

    static final String FIELD_MANAGER = "kvcachepool-operator";

    /** The SDK takes what comes while it writes a status for echoes of that write: another look sees it. */
    private static final Duration AFTER_STATUS = Duration.ofSeconds(1);

    private final PinStatus statuses;
    private final Events events;
    private final PinProbe probe;
    private final ScheduledExecutorService threads;
    private volatile @Nullable PinRenewals renewals;

    /** Renews on {@code threads}. */
    PrefixPinReconciler(PinStatus statuses, Events events, PinProbe probe, PinThreads threads) {
        this.statuses = statuses;
        this.events = events;
        this.probe = probe;
        this.threads = threads.executor();
    }

    @Override
    public List<EventSource<?, PrefixPin>> prepareEventSources(EventSourceContext<PrefixPin> context) {
        var source = new PinRenewals(context, probe, threads);
        renewals = source;
        return List.of(source);
    }

    @Override
    public UpdateControl<PrefixPin> reconcile(PrefixPin pin, Context<PrefixPin> context) {
        var before = pin.getStatus();
        var after = statuses.of(pin, newest(pin));
        if (after.equals(before)) {
            return UpdateControl.noUpdate();
        }
        tell(pin, before, after);
        var patch = new PrefixPin();
        patch.setMetadata(new ObjectMetaBuilder()
                .withName(pin.getMetadata().getName())
                .withNamespace(pin.getMetadata().getNamespace())
                .build());
        patch.setStatus(after);
        return UpdateControl.patchStatus(patch).rescheduleAfter(AFTER_STATUS);
    }

    /** Straight from the cache: asked through the context, the source would go and fetch in the reconciler's thread. */
    private @Nullable PinFindings newest(PrefixPin pin) {
        var source = renewals;
        return source == null
                ? null
                : source.getSecondaryResource(ResourceID.fromResource(pin)).orElse(null);
    }

    private void tell(PrefixPin pin, @Nullable PrefixPinStatus before, PrefixPinStatus after) {
        for (var condition : PinStatus.changes(before, after)) {
            var text = condition.getType() + " is " + condition.getStatus() + " (" + condition.getReason() + "): "
                    + condition.getMessage();
            boolean bad = condition.getType().equals("Degraded")
                    && condition.getStatus().equals("True");
            if (bad) {
                events.warning(pin, Reason.ConditionChanged, text);
            } else if (condition.getType().equals("Ready")) {
                events.normal(pin, Reason.ConditionChanged, text);
            }
        }
    }
}
