package dev.kvcachepool.operator.probe;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A Kafka resource of Strimzi's: its listeners, and what its status says. */
record StrimziKafka(GenericKubernetesResource resource) {
    private static final String SCRAM = "scram-sha-512";

    /**
     * A listener.
     *
     * @param authentication that it asks for, null for none
     * @param servers its address, null while it has none
     */
    record Listener(
            String name,
            boolean internal,
            boolean tls,
            @Nullable String authentication,
            @Nullable String servers) {
        /** Whether cache-nodes and routers can log in: they have no certificates of their own. */
        boolean usable() {
            return authentication == null || authentication.equals(SCRAM);
        }

        boolean login() {
            return authentication != null;
        }

        private int merit() {
            return (internal ? 4 : 0) + (login() ? 2 : 0) + (tls ? 1 : 0);
        }
    }

    /** The one with the name given, or else the best that can be used. */
    Optional<Listener> listener(@Nullable String name) {
        return name == null
                ? listeners().stream().filter(Listener::usable).max(Comparator.comparingInt(Listener::merit))
                : listeners().stream()
                        .filter(listener -> listener.name().equals(name))
                        .findFirst();
    }

    /** All of them, for a message. */
    String told() {
        return listeners().isEmpty()
                ? "none"
                : listeners().stream()
                        .map(listener -> listener.name() + " (authentication "
                                + Objects.requireNonNullElse(listener.authentication(), "none") + ")")
                        .collect(Collectors.joining(", "));
    }

    /** Whether the brokers check access lists that KafkaUsers bring. */
    boolean authorized() {
        return "simple".equals(resource.<Object>get("spec", "kafka", "authorization", "type"));
    }

    private List<Listener> listeners() {
        return maps(resource.get("spec", "kafka", "listeners")).stream()
                .map(this::parsed)
                .toList();
    }

    private Listener parsed(Map<?, ?> spec) {
        var name = String.valueOf(spec.get("name"));
        var type = String.valueOf(spec.get("type"));
        var authentication = spec.get("authentication") instanceof Map<?, ?> how ? how.get("type") : null;
        return new Listener(
                name,
                type.equals("internal") || type.equals("cluster-ip"),
                Boolean.TRUE.equals(spec.get("tls")),
                authentication == null ? null : authentication.toString(),
                servers(name));
    }

    private @Nullable String servers(String listener) {
        return maps(resource.get("status", "listeners")).stream()
                .filter(status -> listener.equals(status.get("name")))
                .map(status -> status.get("bootstrapServers"))
                .filter(Objects::nonNull)
                .map(Object::toString)
                .filter(servers -> !servers.isBlank())
                .findFirst()
                .orElse(null);
    }

    /** Objects of a list, whatever else is in it: the resource is somebody else's. */
    static List<Map<?, ?>> maps(@Nullable Object list) {
        return list instanceof List<?> all
                ? all.stream()
                        .filter(Map.class::isInstance)
                        .<Map<?, ?>>map(Map.class::cast)
                        .toList()
                : List.of();
    }

    /** Why a resource of Strimzi's is not ready, in its own words where it has some; empty if it is. */
    static Optional<String> notReady(GenericKubernetesResource resource) {
        var ready = maps(resource.get("status", "conditions")).stream()
                .filter(condition -> "Ready".equals(condition.get("type")))
                .findFirst();
        if (ready.isEmpty()) {
            return Optional.of("Strimzi has said nothing of it yet");
        }
        if (!"True".equals(ready.get().get("status"))) {
            return Optional.of(words(ready.get()));
        }
        return resource.<Object>get("status", "observedGeneration") instanceof Number seen
                        && resource.getMetadata().getGeneration() != null
                        && seen.longValue() < resource.getMetadata().getGeneration()
                ? Optional.of("Strimzi has not seen its newest form yet")
                : Optional.empty();
    }

    private static String words(Map<?, ?> condition) {
        var reason = condition.get("reason");
        var message = condition.get("message");
        var said = (reason == null ? "" : reason.toString()) + (message == null ? "" : ": " + message);
        return said.isEmpty() ? "Strimzi gives no reason" : said;
    }
}
