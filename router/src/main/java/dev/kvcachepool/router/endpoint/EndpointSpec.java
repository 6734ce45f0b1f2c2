package dev.kvcachepool.router.endpoint;

import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.net.URI;
import java.util.regex.Pattern;

/**
 * An engine: where it is, and which cache-node stands beside it.
 *
 * @param name unique, letters, digits and {@code . _ -}
 * @param url http, host and port, without a path
 * @param kubernetesNode on which it runs; empty where unknown
 */
public record EndpointSpec(String name, URI url, NodeRef cacheNode, String kubernetesNode, Origin origin) {
    /** How one is written, for messages. */
    public static final String FORM = "name=http://host:port or name=http://host:port@node-id";

    private static final Pattern WRITTEN =
            Pattern.compile("(?<name>[A-Za-z0-9._-]{1,128})=(?<url>http://[^/@\\s]+?)/?(@(?<node>\\S{1,512}))?");
    private static final int HTTP = 80;

    /**
     * Reads {@value #FORM}.
     *
     * @throws IllegalArgumentException if {@code text} is none
     */
    public static EndpointSpec parse(String text) {
        var matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not of the form " + FORM);
        }
        var url = URI.create(matcher.group("url"));
        if (url.getHost() == null || url.getPort() > 65535 || url.getPort() == 0) {
            throw new IllegalArgumentException("not of the form " + FORM);
        }
        var node = matcher.group("node");
        var cacheNode = node == null ? NodeRef.NOBODY : new NodeRef.Holder(new HolderId(node));
        return new EndpointSpec(matcher.group("name"), url, cacheNode, "", Origin.STATIC);
    }

    /** A name or an address; one of IPv6 in brackets. */
    public String host() {
        return url.getHost();
    }

    public int port() {
        return url.getPort() < 0 ? HTTP : url.getPort();
    }
}
