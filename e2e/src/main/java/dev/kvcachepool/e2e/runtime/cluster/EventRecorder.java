package dev.kvcachepool.e2e.runtime.cluster;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Events about objects, seen by {@code kubectl describe}: the same one again raises its count. One that can't be
 * written is logged, as Kubernetes' components do. Safe for use by several threads.
 */
public final class EventRecorder {
    private static final Logger LOG = Logger.getLogger(EventRecorder.class.getName());
    private static final int REMEMBERED = 1024;

    private record About(String uid, String reason, String message) {}

    private final KubernetesClient client;
    private final String component;
    private final Map<About, Event> written = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<About, Event> eldest) {
            return size() > REMEMBERED;
        }
    };

    public EventRecorder(KubernetesClient client, String component) {
        this.client = client;
        this.component = component;
    }

    public void normal(HasMetadata object, String reason, String message) {
        record(object, "Normal", reason, message);
    }

    public void warning(HasMetadata object, String reason, String message) {
        record(object, "Warning", reason, message);
    }

    private synchronized void record(HasMetadata object, String type, String reason, String message) {
        var about = new About(object.getMetadata().getUid(), reason, message);
        try {
            var before = written.get(about);
            var event = before == null
                    ? client.resource(first(object, type, reason, message)).create()
                    : client.resource(again(before)).update();
            written.put(about, event);
        } catch (KubernetesClientException e) {
            var _ = written.remove(about);
            LOG.log(Level.FINE, e, () -> "no event " + reason + " for " + Key.of(object));
        }
    }

    private Event first(HasMetadata object, String type, String reason, String message) {
        var metadata = object.getMetadata();
        var now = ClusterWriter.now();
        return new EventBuilder()
                .withNewMetadata()
                .withName(metadata.getName() + "." + Names.suffix(16))
                .withNamespace(Objects.requireNonNullElse(metadata.getNamespace(), "default"))
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(object.getApiVersion())
                .withKind(object.getKind())
                .withName(metadata.getName())
                .withNamespace(metadata.getNamespace())
                .withUid(metadata.getUid())
                .endInvolvedObject()
                .withType(type)
                .withReason(reason)
                .withMessage(message)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .withReportingComponent(component)
                .withReportingInstance("local")
                .withNewSource()
                .withComponent(component)
                .endSource()
                .build();
    }

    private static Event again(Event before) {
        return new EventBuilder(before)
                .withCount(before.getCount() + 1)
                .withLastTimestamp(ClusterWriter.now())
                .build();
    }
}
