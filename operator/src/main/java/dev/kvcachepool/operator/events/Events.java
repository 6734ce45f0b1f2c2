package dev.kvcachepool.operator.events;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;

/**
 * Tells of what was done to a pool or a pin, as Kubernetes Events and as metric {@code kvcachepool_operator_events_total}. An
 * Event said again counts up the one there is. Thread-safe; a failure to tell is logged and changes nothing.
 */
public final class Events {
    private static final Logger LOG = Logger.getLogger(Events.class);
    private static final String COMPONENT = "kvcachepool-operator";

    private final KubernetesClient client;
    private final MeterRegistry metrics;
    private final Clock clock;
    private final Executor sender;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** Hears of all that is told; on the thread that tells, so it must not wait. */
    public interface Listener {
        void told(HasMetadata about, Reason reason, String message);
    }

    /** Sends on {@code sender}, one after another, so that nobody waits for it. */
    public Events(KubernetesClient client, MeterRegistry metrics, Clock clock, Executor sender) {
        this.client = client;
        this.metrics = metrics;
        this.clock = clock;
        this.sender = sender;
    }

    /** From now on {@code listener} hears of it, too. */
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    public void normal(HasMetadata about, Reason reason, String message) {
        tell(about, "Normal", reason, message);
    }

    public void warning(HasMetadata about, Reason reason, String message) {
        tell(about, "Warning", reason, message);
    }

    private void tell(HasMetadata about, String type, Reason reason, String message) {
        LOG.infof(
                "%s/%s: %s",
                about.getMetadata().getNamespace(), about.getMetadata().getName(), message);
        metrics.counter("kvcachepool.operator.events", "type", type, "reason", reason.name())
                .increment();
        listeners.forEach(listener -> listener.told(about, reason, message));
        var event = event(about, type, reason.name(), message);
        try {
            sender.execute(() -> send(event));
        } catch (RejectedExecutionException e) {
            LOG.warn("too many Events wait to be sent; this one stays in the log");
        }
    }

    private void send(Event event) {
        var events = client.v1().events().inNamespace(event.getMetadata().getNamespace());
        try {
            events.resource(event).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                countUp(event);
            } else {
                LOG.warnf("cannot tell of it as an Event: %s", e.getMessage());
            }
        }
    }

    /** It was said before. */
    private void countUp(Event event) {
        try {
            client.v1()
                    .events()
                    .inNamespace(event.getMetadata().getNamespace())
                    .withName(event.getMetadata().getName())
                    .edit(old -> again(old, event.getLastTimestamp()));
        } catch (KubernetesClientException e) {
            LOG.warnf("cannot count up an Event: %s", e.getMessage());
        }
    }

    private static Event again(Event event, String now) {
        int count = event.getCount() == null ? 1 : event.getCount();
        return new EventBuilder(event)
                .withCount(count + 1)
                .withLastTimestamp(now)
                .build();
    }

    private Event event(HasMetadata about, String type, String reason, String message) {
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        var meta = about.getMetadata();
        var sameness = Integer.toHexString((meta.getUid() + type + reason + message).hashCode());
        return new EventBuilder()
                .withNewMetadata()
                .withName(meta.getName() + "." + sameness)
                .withNamespace(meta.getNamespace())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withName(meta.getName())
                .withNamespace(meta.getNamespace())
                .withUid(meta.getUid())
                .endInvolvedObject()
                .withType(type)
                .withReason(reason)
                .withMessage(message)
                .withNewSource(COMPONENT, null)
                .withReportingComponent(COMPONENT)
                .withReportingInstance(COMPONENT)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .build();
    }
}
