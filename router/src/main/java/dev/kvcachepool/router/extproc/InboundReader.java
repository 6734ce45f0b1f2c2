package dev.kvcachepool.router.extproc;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.kvcachepool.router.pick.Caller;
import dev.kvcachepool.router.request.CallerHeaders;
import dev.kvcachepool.router.trace.CallerSpan;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Reads what a gateway sends. Pure. */
final class InboundReader {
    /** The conformance suite's way to say which endpoints a request should go to. */
    static final String WANTED = "test-epp-endpoint-selection";

    private static final String UPSTREAM_TIME = "x-envoy-upstream-service-time";

    private final boolean conformance;
    private final CallerHeaders callers;
    private final boolean traced;

    /**
     * A reader.
     *
     * @param conformance whether {@link #WANTED} is heeded
     * @param traced whether callers' spans are read
     */
    InboundReader(boolean conformance, CallerHeaders callers, boolean traced) {
        this.traced = traced;
        this.conformance = conformance;
        this.callers = callers;
    }

    Inbound read(ProcessingRequest message) {
        return switch (message.getRequestCase()) {
            case REQUEST_HEADERS -> requestHeaders(message, message.getRequestHeaders());
            case RESPONSE_HEADERS -> responseHeaders(message, message.getResponseHeaders());
            case REQUEST_BODY -> body(Direction.REQUEST, message.getRequestBody());
            case RESPONSE_BODY -> body(Direction.RESPONSE, message.getResponseBody());
            case REQUEST_TRAILERS -> new Inbound.Trailers(Direction.REQUEST);
            case RESPONSE_TRAILERS -> new Inbound.Trailers(Direction.RESPONSE);
            case REQUEST_NOT_SET -> new Inbound.Unknown();
        };
    }

    private Inbound requestHeaders(ProcessingRequest message, HttpHeaders headers) {
        var map = headers.getHeaders();
        var head = new RequestHead(
                header(map, ":path"),
                header(map, "content-type"),
                map.getHeadersCount(),
                new Caller(header(map, callers.tenant()), header(map, callers.session())),
                traced
                        ? new CallerSpan(header(map, CallerSpan.PARENT), header(map, CallerSpan.STATE))
                        : CallerSpan.UNSAID);
        var wanted = conformance ? header(map, WANTED) : "";
        return new Inbound.RequestHeaders(
                head,
                subset(message),
                wanted.isBlank() ? Subset.ALL : Subset.of(split(wanted)),
                modes(message),
                headers.getEndOfStream());
    }

    private static Inbound responseHeaders(ProcessingRequest message, HttpHeaders headers) {
        var map = headers.getHeaders();
        var served = metadata(message, Destination.NAMESPACE).getFieldsMap().get(Destination.SERVED_KEY);
        return new Inbound.ResponseHeaders(
                status(header(map, ":status")),
                served == null ? "" : served.getStringValue().strip(),
                header(map, UPSTREAM_TIME).isEmpty(),
                modes(message),
                headers.getEndOfStream());
    }

    private static Inbound body(Direction direction, HttpBody body) {
        return new Inbound.Body(direction, body.getBody(), body.getEndOfStream());
    }

    /** What the gateway allows; a hint of a kind that is not known allows nothing, since it allows not all. */
    private static Subset subset(ProcessingRequest message) {
        var hint =
                metadata(message, Destination.SUBSET_NAMESPACE).getFieldsMap().get(Destination.SUBSET_KEY);
        if (hint == null) {
            return Subset.ALL;
        }
        return switch (hint.getKindCase()) {
            case STRING_VALUE -> Subset.of(split(hint.getStringValue()));
            case LIST_VALUE ->
                Subset.of(hint.getListValue().getValuesList().stream()
                        .map(Value::getStringValue)
                        .collect(Collectors.toSet()));
            default -> Subset.of(Set.of());
        };
    }

    private static Struct metadata(ProcessingRequest message, String namespace) {
        return message.getMetadataContext().getFilterMetadataOrDefault(namespace, Struct.getDefaultInstance());
    }

    private static BodyModes modes(ProcessingRequest message) {
        if (!message.hasProtocolConfig()) {
            return BodyModes.UNSAID;
        }
        var config = message.getProtocolConfig();
        return new BodyModes(mode(config.getRequestBodyMode()), mode(config.getResponseBodyMode()));
    }

    private static BodyModes.Mode mode(BodySendMode mode) {
        return switch (mode) {
            case NONE -> BodyModes.Mode.NONE;
            case STREAMED -> BodyModes.Mode.STREAMED;
            case BUFFERED_PARTIAL -> BodyModes.Mode.BUFFERED_PARTIAL;
            case FULL_DUPLEX_STREAMED -> BodyModes.Mode.FULL_DUPLEX_STREAMED;
            default -> BodyModes.Mode.BUFFERED;
        };
    }

    private static int status(String text) {
        return text.length() == 3 && text.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(text) : 0;
    }

    private static Set<String> split(String text) {
        return Arrays.stream(text.split(",", -1)).collect(Collectors.toSet());
    }

    /** The first of this name; empty where there is none. Envoy sends bytes, older ones text. */
    private static String header(HeaderMap map, String name) {
        Predicate<HeaderValue> named = header -> header.getKey().equalsIgnoreCase(name);
        return map.getHeadersList().stream()
                .filter(named)
                .findFirst()
                .map(header -> header.getRawValue().isEmpty()
                        ? header.getValue()
                        : header.getRawValue().toStringUtf8())
                .orElse("");
    }
}
