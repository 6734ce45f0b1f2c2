package dev.kvcachepool.kvp.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
        var api = cluster.open();
        var one = api.pool(pool);
        var names = new HashSet<String>();
        api.podsOf(pool).forEach(pod -> names.add(pod.at("/metadata/name").asText()));
        api.nodes(one).forEach(node -> names.add(node.name()));
        var events = api.events().stream()
                .filter(event -> isOurs(event, names))
                .filter(event -> !warnings || event.path("type").asText().equals("Warning"))
                .sorted(Comparator.comparing(EventsCommand::seen))
                .toList();
        if (cluster.json()) {
            cluster.print(JsonNodeFactory.instance.arrayNode().addAll(events));
            return 0;
        }
        var now = Instant.now();
        var table = new Table("SEEN", "COUNT", "TYPE", "REASON", "OBJECT", "MESSAGE");
        events.forEach(event -> table.row(
                Ages.since(seen(event), now),
                Integer.toString(count(event)),
                text(event, "/type"),
                text(event, "/reason"),
                text(event, "/involvedObject/kind") + "/" + text(event, "/involvedObject/name"),
                text(event, "/message")));
        if (table.isEmpty()) {
            cluster.out().println("no events of " + pool);
        } else {
            table.print(cluster.out());
        }
        return 0;
    }

    /** Empty where there is none. */
    private static String text(JsonNode event, String pointer) {
        return event.at(pointer).asText("").strip();
    }

    /** Pods that are gone are known by how their workloads name them. */
    private boolean isOurs(JsonNode event, Set<String> pods) {
        var name = text(event, "/involvedObject/name");
        var quoted = Pattern.quote(pool);
        return switch (text(event, "/involvedObject/kind")) {
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
    private static String seen(JsonNode event) {
        return Stream.of("/lastTimestamp", "/eventTime", "/metadata/creationTimestamp")
                .map(pointer -> text(event, pointer))
                .filter(time -> !time.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static int count(JsonNode event) {
        return event.at("/series/count").asInt(event.path("count").asInt(1));
    }
}
