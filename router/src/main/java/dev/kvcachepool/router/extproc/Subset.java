package dev.kvcachepool.router.extproc;

import dev.kvcachepool.router.endpoint.EndpointSpec;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The endpoints that a gateway allows a request to go to. Immutable.
 *
 * @param given whether it named any; if not, all are allowed
 * @param addresses {@code ip:port}, or {@code ip} for each port there; those of IPv6 with or without brackets
 */
record Subset(boolean given, Set<String> addresses) {
    /** The gateway allows all. */
    static final Subset ALL = new Subset(false, Set.of());

    /** Those that are named, and no others: none at all where {@code addresses} is empty. */
    static Subset of(Set<String> addresses) {
        return new Subset(
                true,
                addresses.stream()
                        .map(String::strip)
                        .filter(address -> !address.isEmpty())
                        .collect(Collectors.toUnmodifiableSet()));
    }

    boolean allows(EndpointSpec endpoint) {
        return !given
                || addresses.contains(Destination.of(endpoint))
                || addresses.contains(endpoint.host())
                || addresses.contains(Destination.bare(endpoint.host()));
    }
}
