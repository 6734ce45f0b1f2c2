package dev.kvcachepool.router.extproc;

import java.util.List;
import java.util.stream.Collectors;

/** Envoy's static configuration for a gateway of the inference extension. */
final class EnvoyConfig {
    private static final String TYPE = "type.googleapis.com/envoy.extensions.";

    private EnvoyConfig() {}

    static String of(Envoy.Setup setup) {
        return """
                admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
                static_resources:
                  listeners:
                  - name: gateway
                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                    filter_chains:
                    - filters:
                      - name: http
                        typed_config:
                          "@type": %sfilters.network.http_connection_manager.v3.HttpConnectionManager
                          stat_prefix: gateway
                          route_config:
                            virtual_hosts:
                            - name: all
                              domains: ["*"]
                              routes: [{match: {prefix: "/"}, route: {cluster: engines, timeout: 0s}}]
                          http_filters:
                %s
                          - name: router
                            typed_config: {"@type": %sfilters.http.router.v3.Router}
                  clusters:
                %s
                %s
                """.formatted(TYPE, filters(setup), TYPE, engines(setup), picker(setup.pickerPort()));
    }

    private static String filters(Envoy.Setup setup) {
        return setup.pickerPort() == 0 ? "" : subset(setup.subset()) + """
                          - name: ext_proc
                            typed_config:
                              "@type": %sfilters.http.ext_proc.v3.ExternalProcessor
                              grpc_service: {envoy_grpc: {cluster_name: picker}, timeout: 10s}
                              failure_mode_allow: %s
                              processing_mode:
                                request_header_mode: SEND
                                request_body_mode: FULL_DUPLEX_STREAMED
                                request_trailer_mode: SEND
                                response_header_mode: SEND
                                response_body_mode: FULL_DUPLEX_STREAMED
                                response_trailer_mode: SEND
                              metadata_options:
                                receiving_namespaces: {untyped: [envoy.lb]}
                                forwarding_namespaces: {untyped: [envoy.lb, envoy.lb.subset_hint]}
                """.formatted(TYPE, setup.failOpen());
    }

    private static String subset(List<String> addresses) {
        return addresses.isEmpty()
                ? ""
                : """
                          - name: subset
                            typed_config:
                              "@type": %sfilters.http.set_metadata.v3.Config
                              metadata:
                              - metadata_namespace: envoy.lb.subset_hint
                                value: {x-gateway-destination-endpoint-subset: %s}
                """.formatted(
                        TYPE, addresses.stream().map(each -> '"' + each + '"').toList());
    }

    private static String engines(Envoy.Setup setup) {
        return switch (setup.balancer()) {
            case ORIGINAL_DST -> """
                  - name: engines
                    type: ORIGINAL_DST
                    lb_policy: CLUSTER_PROVIDED
                    connect_timeout: 1s
                    original_dst_lb_config: {use_http_header: true, http_header_name: x-gateway-destination-endpoint}
                """ + connections(setup.requestsAConnection());
            case OVERRIDE_HOST ->
                """
                  - name: engines
                    type: STATIC
                    connect_timeout: 1s
                    load_balancing_policy:
                      policies:
                      - typed_extension_config:
                          name: envoy.load_balancing_policies.override_host
                          typed_config:
                            "@type": %1$sload_balancing_policies.override_host.v3.OverrideHost
                            override_host_sources:
                            - metadata: {key: envoy.lb, path: [{key: x-gateway-destination-endpoint}]}
                            selected_host_key: {key: envoy.lb, path: [{key: x-gateway-destination-endpoint-served}]}
                            fallback_policy:
                              policies:
                              - typed_extension_config:
                                  name: envoy.load_balancing_policies.round_robin
                                  typed_config: {"@type": %1$sload_balancing_policies.round_robin.v3.RoundRobin}
                    load_assignment: {cluster_name: engines, endpoints: [{lb_endpoints: [%2$s]}]}
                """.formatted(
                                        TYPE,
                                        setup.engines().stream()
                                                .map(EnvoyConfig::endpoint)
                                                .collect(Collectors.joining(", ")))
                        + connections(setup.requestsAConnection());
        };
    }

    private static String connections(int requests) {
        return """
                    typed_extension_protocol_options:
                      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                        "@type": %supstreams.http.v3.HttpProtocolOptions
                        common_http_protocol_options: {max_requests_per_connection: %d}
                        explicit_http_config: {http_protocol_options: {}}
                """.formatted(TYPE, requests);
    }

    /**
     * With health checks: a request whose body has been handed to a picker can't go on without it, so a gateway that fails
     * open must know beforehand.
     */
    private static String picker(int port) {
        return port == 0 ? "" : """
                  - name: picker
                    connect_timeout: 1s
                    common_lb_config: {healthy_panic_threshold: {value: 0}, update_merge_window: 0s}
                    health_checks:
                    - {timeout: 1s, interval: 0.2s, no_traffic_interval: 0.2s, unhealthy_threshold: 1,
                       healthy_threshold: 1, grpc_health_check: {}}
                    typed_extension_protocol_options:
                      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                        "@type": %supstreams.http.v3.HttpProtocolOptions
                        explicit_http_config: {http2_protocol_options: {}}
                    load_assignment: {cluster_name: picker, endpoints: [{lb_endpoints: [%s]}]}
                """.formatted(TYPE, endpoint("127.0.0.1:" + port));
    }

    private static String endpoint(String address) {
        var colon = address.lastIndexOf(':');
        return "{endpoint: {address: {socket_address: {address: %s, port_value: %s}}}}"
                .formatted(address.substring(0, colon), address.substring(colon + 1));
    }
}
