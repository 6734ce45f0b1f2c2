package dev.kvcachepool.router.trace;

import io.opentelemetry.api.common.AttributeKey;

/** Names of attributes: OpenTelemetry's own where it has one. */
final class Names {
    static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
    static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
    static final AttributeKey<String> MODEL = AttributeKey.stringKey("gen_ai.request.model");
    static final AttributeKey<String> ENDPOINT = AttributeKey.stringKey("kvcachepool.endpoint");
    static final AttributeKey<String> NODE = AttributeKey.stringKey("kvcachepool.node");
    static final AttributeKey<String> BASIS = AttributeKey.stringKey("kvcachepool.pick.basis");
    static final AttributeKey<String> REASON = AttributeKey.stringKey("kvcachepool.pick.reason");
    static final AttributeKey<Long> CANDIDATES = AttributeKey.longKey("kvcachepool.pick.candidates");
    static final AttributeKey<Long> HELD_BLOCKS = AttributeKey.longKey("kvcachepool.blocks.held");
    static final AttributeKey<Long> TOTAL_BLOCKS = AttributeKey.longKey("kvcachepool.blocks.total");
    static final AttributeKey<Double> TTFT = AttributeKey.doubleKey("kvcachepool.ttft.estimated_seconds");
    static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

    private Names() {}
}
