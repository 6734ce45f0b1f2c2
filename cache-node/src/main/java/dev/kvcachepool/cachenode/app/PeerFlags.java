package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.nearby.CopyPolicy;
import dev.kvcachepool.cachenode.nearby.HolderLookup;
import dev.kvcachepool.commandline.FlagTypes;
import dev.kvcachepool.commandline.tls.Tls;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** How a node reads what others hold, where values live where they were stored. */
final class PeerFlags {
    private static final Duration LONGEST = Duration.ofSeconds(5);

    @Option(
            names = "--peers",
            arity = "1",
            paramLabel = "<true|false>",
            converter = FlagTypes.Truth.class,
            description = "what this node does not hold is read from one that does (NodeLocal and Sidecar); needs"
                    + " --kafka; default false")
    boolean peers;

    @Option(
            names = "--peer-copies",
            paramLabel = "<policy>",
            converter = Copies.class,
            description = "whether a value that came from another node is kept here: never, second-use (from the second"
                    + " time on that it comes within a while) or always; default second-use")
    CopyPolicy copies = CopyPolicy.SECOND_USE;

    @Option(
            names = "--peer-timeout",
            paramLabel = "<time>",
            converter = FlagTypes.Time.class,
            description =
                    "what asking other nodes may cost a request until the first byte, and a request of many keys in"
                            + " vain; default 50ms")
    Duration timeout = Duration.ofMillis(50);

    @Option(
            names = "--peer-lookup",
            paramLabel = "<way>",
            converter = Lookup.class,
            description = "who says which node holds a value: table, the blocks topic, which this node then reads;"
                    + " router; or auto, the default: the table in pools of up to 64 nodes or without --router-url")
    HolderLookup lookup = HolderLookup.AUTO;

    @Option(
            names = "--router-url",
            paramLabel = "<http://host:port>",
            description = "a router of the pool, which is asked who holds a value (POST /v1/locate); https:// where it"
                    + " has --tls-certificate, as this node then must")
    @Nullable
    String router;

    /**
     * What the flags say; null where other nodes are not read from.
     *
     * @param secure whether this node has TLS
     * @throws IllegalArgumentException with a line for the user
     */
    @Nullable
    PeeringSettings settings(PlacementKind placement, boolean advertises, boolean secure) {
        var address = router == null || router.isEmpty() ? null : address(router);
        if (address != null && "https".equals(address.getScheme()) && !secure) {
            throw new IllegalArgumentException(
                    "Invalid value for option '--router-url': '%s' needs %s".formatted(router, Tls.CERTIFICATE_FLAG));
        }
        if (!peers) {
            return null;
        }
        if (placement == PlacementKind.POOLED) {
            throw new IllegalArgumentException(
                    "Invalid value for option '--peers': 'true' is not allowed with --placement Pooled, whose nodes always"
                            + " read from one another; allowed is false");
        }
        if (!advertises) {
            throw new IllegalArgumentException(
                    "Invalid value for option '--peers': 'true' needs --kafka, through which nodes find each other");
        }
        if (timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "Invalid value for option '--peer-timeout': '%dms' is not allowed; allowed are 1ms to %dms"
                            .formatted(timeout.toMillis(), LONGEST.toMillis()));
        }
        if (lookup == HolderLookup.ROUTER && address == null) {
            throw new IllegalArgumentException("Invalid value for option '--peer-lookup': 'router' needs --router-url");
        }
        return new PeeringSettings(timeout, copies, lookup, address);
    }

    private static URI address(String text) {
        try {
            var uri = URI.create(text);
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawQuery() == null
                    && (uri.getPath().isEmpty() || uri.getPath().equals("/"))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw wrongAddress(text);
        }
        throw wrongAddress(text);
    }

    private static IllegalArgumentException wrongAddress(String text) {
        return new IllegalArgumentException(
                "Invalid value for option '--router-url': '%s' is not allowed; allowed is an address like http://router:8080"
                        .formatted(text));
    }

    /** What is kept of what came from others. */
    static final class Copies implements ITypeConverter<CopyPolicy> {
        @Override
        public CopyPolicy convert(String value) {
            return switch (value) {
                case "never" -> CopyPolicy.NEVER;
                case "second-use" -> CopyPolicy.SECOND_USE;
                case "always" -> CopyPolicy.ALWAYS;
                default -> throw FlagTypes.refuse(value, "never, second-use and always");
            };
        }
    }

    /** Who says which node holds a value. */
    static final class Lookup implements ITypeConverter<HolderLookup> {
        @Override
        public HolderLookup convert(String value) {
            return switch (value) {
                case "auto" -> HolderLookup.AUTO;
                case "table" -> HolderLookup.TABLE;
                case "router" -> HolderLookup.ROUTER;
                default -> throw FlagTypes.refuse(value, "auto, table and router");
            };
        }
    }
}
