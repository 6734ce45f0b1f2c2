package dev.kvcachepool.e2e.gateway;

import java.util.stream.Collectors;

/** Envoy's static configuration, as gateways of the inference extension make theirs. */
final class EnvoyConfig {
    private EnvoyConfig() {}

    static String of(EnvoyGateway.Setup setup) {
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
                          "@type": %1$sfilters.network.http_connection_manager.v3.HttpConnectionManager
                          stat_prefix: gateway
                          route_config:
                            virtual_hosts:
                            - name: all
                              domains: ["*"]
                              routes: [{match: {prefix: "/"}, route: {cluster: engines, timeout: 0s}}]
                          http_filters:
                          - name: ext_proc
                            typed_config:
                              "@type": %1$sfilters.http.ext_proc.v3.ExternalProcessor
                              grpc_service: {envoy_grpc: {cluster_name: picker}, timeout: 10s}
                              failure_mode_allow: %2$s
                              processing_mode:
                                request_header_mode: SEND
                                request_body_mode: FULL_DUPLEX_STREAMED
                                request_trailer_mode: SEND
                                response_header_mode: SEND
                                response_body_mode: FULL_DUPLEX_STREAMED
                                response_trailer_mode: SEND
                              metadata_options:
                                receiving_namespaces: {untyped: [envoy.lb]}
                                forwarding_namespaces: {untyped: [envoy.lb]}
                          - name: router
                            typed_config: {"@type": %1$sfilters.http.router.v3.Router}
                  clusters:
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
                    load_assignment: {cluster_name: engines, endpoints: [{lb_endpoints: [%3$s]}]}
                  - name: picker
                    connect_timeout: 1s
                    common_lb_config: {healthy_panic_threshold: {value: 0}, update_merge_window: 0s}
                    # Once a body has been handed to a picker a request can't go on without it: know beforehand.
                    health_checks:
                    - {timeout: 1s, interval: 0.2s, no_traffic_interval: 0.2s, unhealthy_threshold: 1,
                       healthy_threshold: 1, grpc_health_check: {}}
                    typed_extension_protocol_options:
                      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                        "@type": %1$supstreams.http.v3.HttpProtocolOptions
                        explicit_http_config: {http2_protocol_options: {}}
                    load_assignment: {cluster_name: picker, endpoints: [{lb_endpoints: [%4$s]}]}
                """.formatted(
                        "type.googleapis.com/envoy.extensions.",
                        setup.failOpen(),
                        setup.engines().stream().map(EnvoyConfig::endpoint).collect(Collectors.joining(", ")),
                        endpoint(setup.picker()));
    }

    private static String endpoint(String address) {
        var colon = address.lastIndexOf(':');
        return "{endpoint: {address: {socket_address: {address: %s, port_value: %s}}}}"
                .formatted(address.substring(0, colon), address.substring(colon + 1));
    }
}
