package dev.kvcachepool.router.http;

import io.vertx.core.MultiMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Which headers a proxy passes on: all but those that concern one hop only (RFC 9110, 7.6.1). */
final class ForwardedHeaders {
    private static final Set<String> ONE_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");
    /** Set anew for the upstream, whose address and body they describe. */
    private static final Set<String> OF_REQUEST = Set.of("host", "content-length", "expect");

    private ForwardedHeaders() {}

    static void ofRequest(MultiMap from, MultiMap to) {
        copy(from, to, OF_REQUEST);
    }

    static void ofResponse(MultiMap from, MultiMap to) {
        copy(from, to, Set.of());
    }

    private static void copy(MultiMap from, MultiMap to, Set<String> without) {
        var named = new HashSet<String>();
        for (var value : from.getAll("connection")) {
            for (var name : value.split(",", -1)) {
                named.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        from.forEach(header -> {
            var name = header.getKey().toLowerCase(Locale.ROOT);
            if (!ONE_HOP.contains(name) && !without.contains(name) && !named.contains(name)) {
                to.add(header.getKey(), header.getValue());
            }
        });
    }
}
