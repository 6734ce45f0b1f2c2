package dev.kvcachepool.kvp.pool;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Event;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl kvp events}. */
@Command(
        name = "events",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows the Events of a pool, of what the operator made of it, and of its pods, oldest first.")
public final class EventsCommand implements Callable<Integer> {
    @Mixin
    Cluster cluster = new Cluster();

    @Parameters(index = "0", paramLabel = "<pool>", description = "name of a KVCachePool")
    String pool = "";

    @Option(names = "--warnings", description = "only those of type Warning")
    boolean warnings;

    @Override
    public Integer call() {
        try (var api = cluster.open()) {
            api.pool(pool);
            var names = new HashSet<String>();
            api.pods(pool).forEach(pod -> names.add(pod.getMetadata().getName()));
            var events = api.events().stream()
                    .filter(event -> isOurs(event, names))
                    .filter(event -> !warnings || "Warning".equals(event.getType()))
                    .sorted(Comparator.comparing(EventsCommand::seen))
                    .toList();
            if (cluster.json()) {
                cluster.print(new ObjectMapper().valueToTree(events));
                return 0;
            }
            var now = Instant.now();
            var table = new Table("SEEN", "COUNT", "TYPE", "REASON", "OBJECT", "MESSAGE");
            events.forEach(event -> table.row(
                    Ages.since(seen(event), now),
                    Integer.toString(count(event)),
                    text(event.getType()),
                    text(event.getReason()),
                    event.getInvolvedObject().getKind() + "/"
                            + event.getInvolvedObject().getName(),
                    text(event.getMessage())));
            if (table.isEmpty()) {
                cluster.out().println("no events of " + pool);
            } else {
                table.print(cluster.out());
            }
            return 0;
        }
    }

    private static String text(@org.jspecify.annotations.Nullable String value) {
        return value == null ? "" : value.strip();
    }

    /** Pods that are gone are known by how their workloads name them. */
    private boolean isOurs(Event event, Set<String> pods) {
        var object = event.getInvolvedObject();
        var name = text(object.getName());
        var quoted = Pattern.quote(pool);
        return switch (text(object.getKind())) {
            case "Pod" ->
                pods.contains(name)
                        || name.matches(
                                quoted + "-(\\d+|[a-z0-9]{5})|" + quoted + "-router-[a-z0-9]{6,10}-[a-z0-9]{5}");
            case "ReplicaSet" -> name.matches(quoted + "-router-[a-z0-9]{6,10}");
            case "PersistentVolumeClaim" -> name.matches("[a-z0-9-]+-" + quoted + "-\\d+");
            default -> name.equals(pool) || name.matches(quoted + "-(router|nodes|config|connection)");
        };
    }

    /** RFC 3339, of which equal forms sort by time. */
    private static String seen(Event event) {
        if (event.getLastTimestamp() != null) {
            return event.getLastTimestamp();
        }
        if (event.getEventTime() != null && event.getEventTime().getTime() != null) {
            return event.getEventTime().getTime();
        }
        return text(event.getMetadata().getCreationTimestamp());
    }

    private static int count(Event event) {
        if (event.getSeries() != null && event.getSeries().getCount() != null) {
            return event.getSeries().getCount();
        }
        return event.getCount() == null ? 1 : event.getCount();
    }
}
