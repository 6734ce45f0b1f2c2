package dev.kvcachepool.router.extproc;

import dev.kvcachepool.router.endpoint.EndpointSpec;

/** Endpoints as gateways write them: {@code ip:port}, IPv6 in brackets. */
final class Destination {
    /** Names the chosen endpoints, in a header and in metadata. */
    static final String KEY = "x-gateway-destination-endpoint";
    /** Names the endpoint that served, in the metadata of an answer. */
    static final String SERVED_KEY = "x-gateway-destination-endpoint-served";
    /** Names the endpoints to choose among, in the metadata of a request. */
    static final String SUBSET_KEY = "x-gateway-destination-endpoint-subset";
    /** The metadata's namespace for {@link #KEY} and {@link #SERVED_KEY}. */
    static final String NAMESPACE = "envoy.lb";
    /** The metadata's namespace for {@link #SUBSET_KEY}. */
    static final String SUBSET_NAMESPACE = "envoy.lb.subset_hint";

    private Destination() {}

    static String of(EndpointSpec endpoint) {
        return endpoint.host() + ":" + endpoint.port();
    }

    static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
