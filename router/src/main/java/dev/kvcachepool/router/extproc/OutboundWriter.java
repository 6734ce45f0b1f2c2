package dev.kvcachepool.router.extproc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.TrailersResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;

/** Writes what a gateway is told. Pure. */
final class OutboundWriter {
    /** Tells the conformance suite which endpoint served. */
    static final String SERVED = "x-conformance-test-served-endpoint";

    private static final String UNSAID = "fail: missing destination endpoint served metadata";

    private OutboundWriter() {}

    static ProcessingResponse write(Outbound message) {
        var response = ProcessingResponse.newBuilder();
        switch (message) {
            case Outbound.Route route -> route(response, route);
            case Outbound.PassResponseHeaders pass -> response.setResponseHeaders(headers(responseHead(pass)));
            case Outbound.PassBody pass -> body(response, pass.direction(), streamed(pass));
            case Outbound.LeaveBody leave -> body(response, leave.direction(), BodyResponse.getDefaultInstance());
            case Outbound.PassTrailers pass
            when pass.direction() == Direction.REQUEST ->
                response.setRequestTrailers(TrailersResponse.getDefaultInstance());
            case Outbound.PassTrailers _ -> response.setResponseTrailers(TrailersResponse.getDefaultInstance());
            case Outbound.Refuse refuse -> response.setImmediateResponse(refusal(refuse));
        }
        return response.build();
    }

    private static void route(ProcessingResponse.Builder response, Outbound.Route route) {
        var destinations = route.destinations();
        var head = set(Destination.KEY, destinations).toBuilder();
        route.trace()
                .forEach((name, value) -> head.addAllSetHeaders(set(name, value).getSetHeadersList()));
        response.setRequestHeaders(headers(CommonResponse.newBuilder()
                .setClearRouteCache(true)
                .setHeaderMutation(head)
                .build()));
        response.setDynamicMetadata(struct(
                Destination.NAMESPACE,
                Value.newBuilder()
                        .setStructValue(struct(
                                Destination.KEY,
                                Value.newBuilder().setStringValue(destinations).build()))
                        .build()));
    }

    private static CommonResponse responseHead(Outbound.PassResponseHeaders pass) {
        var response = CommonResponse.newBuilder();
        if (pass.tellServed()) {
            response.setHeaderMutation(set(SERVED, pass.served().isEmpty() ? UNSAID : pass.served()));
        }
        return response.build();
    }

    private static ImmediateResponse refusal(Outbound.Refuse refuse) {
        return ImmediateResponse.newBuilder()
                .setStatus(HttpStatus.newBuilder().setCodeValue(refuse.status()))
                .setHeaders(set("content-type", "application/json"))
                .setBody(refuse.json())
                .setDetails(refuse.details())
                .build();
    }

    private static HeadersResponse headers(CommonResponse response) {
        return HeadersResponse.newBuilder().setResponse(response).build();
    }

    private static BodyResponse streamed(Outbound.PassBody pass) {
        var bytes = StreamedBodyResponse.newBuilder().setBody(pass.bytes()).setEndOfStream(pass.end());
        return BodyResponse.newBuilder()
                .setResponse(CommonResponse.newBuilder()
                        .setBodyMutation(BodyMutation.newBuilder().setStreamedResponse(bytes)))
                .build();
    }

    private static void body(ProcessingResponse.Builder response, Direction direction, BodyResponse body) {
        if (direction == Direction.REQUEST) {
            response.setRequestBody(body);
        } else {
            response.setResponseBody(body);
        }
    }

    private static HeaderMutation set(String name, String value) {
        return HeaderMutation.newBuilder()
                .addSetHeaders(HeaderValueOption.newBuilder()
                        .setHeader(HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value)))
                        .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD))
                .build();
    }

    private static Struct struct(String key, Value value) {
        return Struct.newBuilder().putFields(key, value).build();
    }
}
