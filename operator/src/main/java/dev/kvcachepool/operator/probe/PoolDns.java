package dev.kvcachepool.operator.probe;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Addresses as a pool's pods understand them. In a cluster a name without a dot is one of the namespace of whoever asks, and
 * the operator is mostly not in the pool's: there {@code kafka} is {@code kafka.<the pool's namespace>}.
 */
final class PoolDns {
    private final Predicate<String> resolves;

    PoolDns() {
        this(PoolDns::resolves);
    }

    /** @param resolves whether a name has an address */
    PoolDns(Predicate<String> resolves) {
        this.resolves = resolves;
    }

    /**
     * {@code host:port}s, separated by commas, as they have to be written here. Names that have no address in the pool's
     * namespace are left as they are.
     */
    String servers(String servers, String namespace) {
        return Arrays.stream(servers.split(","))
                .map(server -> server(server.strip(), namespace))
                .collect(Collectors.joining(","));
    }

    private String server(String server, String namespace) {
        var colon = server.lastIndexOf(':');
        if (colon <= 0) {
            return server;
        }
        var host = server.substring(0, colon);
        var isShort = host.chars().noneMatch(letter -> letter == '.' || letter == ':') && !host.equals("localhost");
        var inPool = host + "." + namespace;
        return isShort && resolves.test(inPool) ? inPool + server.substring(colon) : server;
    }

    private static boolean resolves(String name) {
        try {
            return InetAddress.getAllByName(name).length > 0;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
