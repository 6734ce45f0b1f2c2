package dev.kvcachepool.operator.app;

import dev.kvcachepool.commandline.tracing.Tracing;
import dev.kvcachepool.crds.PrefixPin;
import dev.kvcachepool.operator.events.Reason;
import dev.kvcachepool.operator.pin.PrefixPinReconciler;
import dev.kvcachepool.operator.reconcile.KVCachePoolReconciler;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A span for each reconciliation, with an event for whatever it tells of. Comes in where the SDK measures, and has it measured as
 * before. Thread-safe.
 */
final class ReconcileTraces implements Metrics {
    private static final AttributeKey<String> CONTROLLER = AttributeKey.stringKey("kvcachepool.controller");
    private static final AttributeKey<String> NAMESPACE = AttributeKey.stringKey("k8s.namespace.name");
    private static final AttributeKey<String> NAME = AttributeKey.stringKey("kvcachepool.resource");
    private static final AttributeKey<String> MESSAGE = AttributeKey.stringKey("message");

    private static final String PIN = HasMetadata.getKind(PrefixPin.class);

    private final Tracing tracing;
    /** Asked each time: the SDK's own are there only once meters are bound. */
    private final Supplier<Metrics> measured;
    /** Of what is being reconciled: by one thread at a time, as the SDK has it. */
    private final Map<Of, Span> running = new ConcurrentHashMap<>();

    private record Of(String controller, ResourceID resource) {}

    ReconcileTraces(Tracing tracing, Supplier<Metrics> measured) {
        this.tracing = tracing;
        this.measured = measured;
    }

    /** Something was told of {@code about}. */
    void told(HasMetadata about, Reason reason, String message) {
        var span = running.get(new Of(controller(about.getKind()), ResourceID.fromResource(about)));
        if (span != null) {
            span.addEvent(reason.name(), Attributes.of(MESSAGE, message));
        }
    }

    private static String controller(String kind) {
        return kind.equals(PIN) ? PrefixPinReconciler.NAME : KVCachePoolReconciler.NAME;
    }

    @Override
    public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
        if (!tracing.isOn()) {
            return measured.get().timeControllerExecution(execution);
        }
        var resource = execution.resourceID();
        var of = new Of(execution.controllerName(), resource);
        var span = tracing.tracer()
                .spanBuilder(execution.name())
                .setNoParent()
                .setAttribute(CONTROLLER, execution.controllerName())
                .setAttribute(NAMESPACE, resource.getNamespace().orElse(""))
                .setAttribute(NAME, resource.getName())
                .startSpan();
        running.put(of, span);
        try {
            return measured.get().timeControllerExecution(execution);
        } catch (Exception e) {
            span.setStatus(StatusCode.ERROR, String.valueOf(e.getMessage()));
            throw e;
        } finally {
            running.remove(of);
            span.end();
        }
    }

    @Override
    public void controllerRegistered(Controller<? extends HasMetadata> controller) {
        measured.get().controllerRegistered(controller);
    }

    @Override
    public void eventReceived(Event event, Map<String, Object> metadata) {
        measured.get().eventReceived(event, metadata);
    }

    @Override
    public void reconciliationSubmitted(HasMetadata resource, @Nullable RetryInfo retry, Map<String, Object> metadata) {
        measured.get().reconciliationSubmitted(resource, retry, metadata);
    }

    @Override
    public void reconciliationStarted(HasMetadata resource, Map<String, Object> metadata) {
        measured.get().reconciliationStarted(resource, metadata);
    }

    @Override
    public void reconciliationFailed(
            HasMetadata resource, @Nullable RetryInfo retry, Exception failure, Map<String, Object> metadata) {
        measured.get().reconciliationFailed(resource, retry, failure, metadata);
    }

    @Override
    public void reconciliationSucceeded(HasMetadata resource, Map<String, Object> metadata) {
        measured.get().reconciliationSucceeded(resource, metadata);
    }

    @Override
    public void reconciliationFinished(HasMetadata resource, @Nullable RetryInfo retry, Map<String, Object> metadata) {
        measured.get().reconciliationFinished(resource, retry, metadata);
    }

    @Override
    public void cleanupDone(ResourceID resource, Map<String, Object> metadata) {
        measured.get().cleanupDone(resource, metadata);
    }
}
